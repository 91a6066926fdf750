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
};
