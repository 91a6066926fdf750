/** 推荐引擎的规则：由有权者在此设定。 */
export const rules = {
  rules: {
    heading: "推荐规则",
    level_price: "跨一级的代价",
    cover_price: "覆盖损失的代价",
    diversions_max: "每起最多改派在途力量",
    move_gain_min: "前移至少得益（%）",
    moves_per_hour_max: "每小时最多前移",
    save: "设定",
    saved: "推荐规则已更新，下一次推算起生效",
    reading: "正在读取…",
    unread: "读取不到规则",
  },
};
