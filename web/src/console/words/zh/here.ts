/** 一处地点由谁负责、附近有什么、以前发生过什么。 */
export const here = {
  here: {
    heading: "属地责任",
    upward: "属地",
    outside: (metres: string) => `在所有网格之外，最近者相距 ${metres}`,
    agency: "主责",
    nobody: "尚无机构可负责",
    onDuty: "当班",
    noDuty: "无人当班",
    withheld: "无权查看",
    away: "暂时查不到",
    responseAreas: "响应区",
    hazards: "危险区",
    places: "附近重点场所",
    people: (count: number) => `${count} 人`,
    previous: "一年内",
    none: "无",
  },
};
