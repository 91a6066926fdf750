"""Names, invented stations and call frequencies of the demo city, typed by hand."""

from typing import Final

SHORT: Final = {
    "Road": "Rd", "Street": "St", "Avenue": "Ave", "Drive": "Dr", "Highway": "Hwy",
    "Motorway": "Mwy", "Crescent": "Cres", "Terrace": "Tce", "Place": "Pl", "Lane": "Ln",
}  # fmt: skip

DISTRICTS: Final = [
    ("Botany", "博特尼"), ("Howick", "豪伊克"), ("New Lynn", "新林"), ("Manukau", "马努考"),
    ("Papakura", "帕帕库拉"), ("North Shore", "北岸"), ("Central", "中区"),
    ("Silverdale", "锡尔弗代尔"), ("Western", "西区"), ("St Heliers", "圣赫利尔斯"),
    ("Rosedale", "罗斯代尔"), ("Tamaki", "塔马基"), ("Mt Wellington", "惠灵顿山"),
    ("Mt Roskill", "罗斯基尔山"),
]  # fmt: skip

HOSPITALS_ZH: Final = {
    "Auckland Hospital": "奥克兰医院", "Middlemore Hospital": "米德尔莫医院",
    "Northshore Hospital": "北岸医院", "Mercy Hospital": "慈恩医院",
}  # fmt: skip

PLACES_ZH: Final = {
    "Auckland Central": "奥克兰中心", "Ponsonby": "庞森比", "Grey Lynn": "格雷林",
    "Mount Eden": "伊甸山", "Newmarket": "纽马克特", "Parnell": "帕内尔", "Epsom": "埃普索姆",
    "Remuera": "雷穆拉", "Sandringham": "桑德灵厄姆", "Mount Albert": "阿尔伯特山",
    "Mount Roskill": "罗斯基尔山", "Three Kings": "三王", "Royal Oak": "皇家橡树",
    "Onehunga": "奥尼湾加", "Ellerslie": "埃勒斯利", "Point Chevalier": "舍瓦利耶角",
    "Kingsland": "金斯兰", "Herne Bay": "赫恩湾", "Westmere": "韦斯特米尔",
    "Devonport": "德文波特", "Northcote": "诺思科特", "Takapuna": "塔卡普纳",
    "Avondale": "埃文代尔", "New Lynn": "新林", "Glen Innes": "格伦因尼斯",
    "Panmure": "潘缪尔", "Mount Wellington": "惠灵顿山", "Penrose": "彭罗斯",
    "Ōtāhuhu": "奥塔胡胡", "Howick": "豪伊克", "Pakuranga": "帕库兰加", "Māngere": "曼格雷",
    "Manukau": "马努考", "Papatoetoe": "帕帕托伊托伊", "Te Atatū": "蒂阿塔图",
    "Henderson": "亨德森", "Albany": "奥尔巴尼", "Glenfield": "格伦菲尔德",
    "Birkenhead": "伯肯黑德", "Saint Heliers": "圣赫利尔斯", "Mission Bay": "传教湾",
    "Botany": "博特尼", "Stonefields": "石田", "Orakei": "奥拉基", "Half Moon Bay": "半月湾",
    "Ōtara": "奥塔拉", "Blockhouse Bay": "碉堡湾", "Hillsborough": "希尔斯伯勒",
    "Browns Bay": "布朗斯湾", "Massey": "梅西",
}  # fmt: skip

_ENGINE: Final = ["engine", "rescue-tools"]
FIRE_STATIONS: Final = [
    ("Central", "中区", 174.7690, -36.8560, [
        ("E21", "engine", _ENGINE), ("E22", "engine", _ENGINE), ("L2", "ladder", ["ladder"]),
        ("C1", "command", ["command"])]),
    ("Mt Roskill", "罗斯基尔山", 174.7420, -36.9080, [("E31", "engine", _ENGINE)]),
    ("Ōtāhuhu", "奥塔胡胡", 174.8410, -36.9430, [
        ("E41", "engine", _ENGINE), ("HM1", "hazmat", ["hazmat"])]),
    ("Manukau", "马努考", 174.8790, -36.9900, [
        ("E51", "engine", _ENGINE), ("L5", "ladder", ["ladder"])]),
    ("Howick", "豪伊克", 174.9250, -36.8960, [("E61", "engine", _ENGINE)]),
    ("Takapuna", "塔卡普纳", 174.7690, -36.7910, [
        ("E71", "engine", _ENGINE), ("R7", "rescue", ["rescue-tools", "water-rescue"])]),
    ("Henderson", "亨德森", 174.6330, -36.8790, [("E81", "engine", _ENGINE)]),
    ("Albany", "奥尔巴尼", 174.7010, -36.7300, [("E91", "engine", _ENGINE)]),
]  # fmt: skip

POLICE_POSTS: Final = [
    ("Central", "中区", 174.7620, -36.8530, ["P11", "P12"]),
    ("Mt Albert", "阿尔伯特山", 174.7170, -36.8860, ["P21"]),
    ("Manukau", "马努考", 174.8760, -36.9930, ["P31", "P32"]),
    ("Panmure", "潘缪尔", 174.8540, -36.8990, ["P41"]),
    ("Takapuna", "塔卡普纳", 174.7720, -36.7880, ["P51"]),
    ("Henderson", "亨德森", 174.6310, -36.8810, ["P61"]),
]  # fmt: skip

CALL_MIX: Final = {
    "EMS": [
        ("medical.breathing", 352), ("medical.chest-pain", 335), ("medical.fall", 314),
        ("traffic.collision-injury", 303), ("medical.head-injury", 153), ("medical.sick", 380),
        ("medical.unconscious", 264), ("medical.seizure", 108), ("medical.abdominal-pain", 99),
        ("medical.bleeding", 103), ("medical.overdose", 75), ("medical.stroke", 72),
        ("medical.alarm", 70), ("medical.diabetic", 68), ("medical.trauma", 80),
        ("police.assault", 49), ("medical.allergic", 28), ("medical.choking", 18),
        ("medical.childbirth", 11), ("medical.burn", 5), ("medical.poisoning", 4),
        ("medical.cardiac-arrest", 20),
    ],
    "Fire": [
        ("fire.alarm", 369), ("traffic.trapped", 136), ("fire.smoke", 83),
        ("hazmat.gas-odour", 60), ("hazmat.gas-leak", 12), ("fire.structure", 30),
        ("fire.dwelling", 43), ("hazmat.carbon-monoxide", 40), ("fire.vehicle", 31),
        ("fire.electrical", 22), ("fire.cooking", 12), ("rescue.lift", 12),
        ("fire.rubbish", 9), ("fire.vegetation", 6), ("hazmat.fuel-spill", 5),
        ("utility.wires-down", 20), ("flood.street", 10),
    ],
    "Traffic": [
        ("traffic.collision", 1811), ("traffic.disabled-vehicle", 418),
        ("traffic.obstruction", 162), ("fire.vehicle", 32), ("city.tree-down", 20),
        ("hazmat.fuel-spill", 8), ("city.signal", 10), ("city.manhole", 5),
    ],
}  # fmt: skip
"""Aggregate frequencies of natures in Montgomery's calls, mapped to our codes; no row is carried.

The last two of each service and the city's own matters are added in small numbers (invented).
"""
