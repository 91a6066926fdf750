/** 跨区域增援：请求谁，如何答复。 */
export const aid = {
  aid: {
    heading: "跨区域增援",
    ask: "就缺口向邻区求援",
    whom: "先问谁",
    nearest: "最近有力量的邻区",
    askOf: (body: string) => `问${body}`,
    done: (number: number) => `已为 ${number} 求援`,
    nobodyThere: "对方无人在席",
    ours: "向您的机构求援",
    asked: (body: string, needs: string) => `${body}：${needs}`,
    until: (time: string) => `${time} 前答复`,
    give: "派出",
    units: "呼号，空格分隔",
    decline: "不能增援",
    withdraw: "撤回请求",
    noSuchUnit: (sign: string) => `没有力量 ${sign}。`,
    counts: (immediate: number, delayed: number, minor: number, dead: number) => `危重 ${immediate}、重 ${delayed}、轻 ${minor}、死亡 ${dead}`,
    goesTo: (hospital: string) => `送 ${hospital}，床位已留`,
    busy: (capability: string, free: number, all: number, off: number, elsewhere: number) =>
      `${capability}：共 ${all}，空闲 ${free}${elsewhere > 0 ? `（其中 ${elsewhere} 已建议给别处）` : ""}${off > 0 ? `，暂停调派 ${off}` : ""}`,
    state: { asked: "待答复", accepted: "已派力量", declined: "不能增援", expired: "超时未答", withdrawn: "已撤回", ended: "增援结束" },
  },
};
