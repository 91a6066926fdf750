/** 网格任务：给谁、到哪一步，值班席自己的任务在这里办。 */
export const tasks = {
  tasks: {
    heading: "网格任务",
    kind: { verify: "核实", guide: "引导", evacuate: "疏散", watch: "看守", recheck: "复查" },
    state: { offered: "待接", accepted: "已接", cannot: "不能去", arrived: "已到", done: "已做完", checked: "已核验", withdrawn: "已撤回" },
    part: { worker: "网格员", deputy: "副网格员", leader: "网格长", desk: "值班席" },
    somebody: "指定人员",
    by: (time: string) => `${time} 前`,
    seen: (time: string) => `${time} 已看到`,
    accept: "接下",
    arrive: "已到",
    done: "做完",
    check: "核验",
    cannot: "不能去…",
    reason: { unwell: "身体不适", too_far: "太远", busy: "走不开", unsafe: "不安全" },
    finding: { confirmed: "属实", not_found: "未发现", put_right: "已排除", worse: "比报的严重" },
    found: "看到什么…",
    give: "派网格任务…",
    given: (kind: string) => `已派任务：${kind}`,
    said: { accept: "任务已接", arrive: "任务：已到", done: "任务已做完", cannot: "任务：不能去", check: "任务已核验" },
    went: (state: string) => `网格任务：${state}`,
  },
};
