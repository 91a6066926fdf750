/** 备勤：空闲力量在哪里待命最好。 */
export const standby = {
  standby: {
    heading: "备勤调整",
    goes: (unit: string, station: string) => `${unit} → ${station}`,
    freed: (gain: string) => `任务结束，去该站覆盖更好（预期代价降 ${gain}）`,
    move_up: (gain: string) => `前移补位（预期代价降 ${gain}）`,
    chosen: "席位指定",
    send: "派往",
    no: "不调整",
    ordered: "已派往备勤",
    sent: (unit: string, station: string) => `${unit} 去 ${station} 备勤`,
  },
  units: {
    heading: "全部力量",
    find: "按呼号、类别、状态、站点查找",
    none: "没有这样的力量",
    more: (count: number) => `另有 ${count} 支：再写细一些`,
    toIncident: (number: string) => `看 ${number}`,
    standBy: "派往备勤…",
    out: "暂停调派…",
    in: "恢复调派",
    reason: { vehicle: "车辆故障", crew: "乘组不齐", rest: "轮休", training: "训练", other: "其他" },
    nowOut: (unit: string) => `${unit} 已暂停调派`,
    nowIn: (unit: string) => `${unit} 已恢复调派`,
  },
};
