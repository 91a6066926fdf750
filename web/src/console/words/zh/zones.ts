/** Hazard zones. */
export const zones = {
  zones: {
    heading: "危险区",
    kind: {
      fire: "火灾", hazmat: "危化品", explosion: "爆炸", flood: "洪涝", landslide: "滑坡", collapse: "坍塌", violence: "暴力",
      epidemic: "疫情", other: "危险", geofence: "电子围栏",
    },
    severity: { minor: "轻微", moderate: "中等", severe: "严重", extreme: "特别严重" },
    drawn: "手绘",
    units: (signs: string) => `区内力量：${signs}，已告警`,
    since: "划定",
    standOff: "安全距离",
    roads: "区内道路",
    closed: "封闭",
    notClosed: "未封闭",
    cells: "涉及网格",
    people: "重点场所",
    places: (count: number, people: number) => `${count} 处，容纳 ${people} 人`,
    lift: "解除",
    lifted: "危险区已解除，道路恢复",
    declared: (number: number) => `${number} 周围已划定危险区`,
  },
};
