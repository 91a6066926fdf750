/** 跨区域增援：请求谁，如何答复。 */
export const aid = {
  aid: {
    heading: "跨区域增援",
    ask: "就缺口向邻区求援",
    asked: (body: string, needs: string) => `${body}：${needs}`,
    until: (time: string) => `${time} 前答复`,
    give: "派出",
    units: "呼号，空格分隔",
    decline: "不能增援",
    withdraw: "撤回请求",
    noSuchUnit: (sign: string) => `没有力量 ${sign}。`,
    counts: (immediate: number, delayed: number, minor: number, dead: number) => `危重 ${immediate}、重 ${delayed}、轻 ${minor}、死亡 ${dead}`,
    goesTo: (hospital: string) => `送 ${hospital}，床位已留`,
    state: { asked: "待答复", accepted: "已派力量", declined: "不能增援", expired: "超时未答", withdrawn: "已撤回", ended: "增援结束" },
  },
};
