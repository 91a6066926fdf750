"""What callers say, in both languages, by the kind of what they see; invented words."""

from typing import Final

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "medical.breathing": ("He can hardly breathe, very short of breath", "老人喘不上气，嘴唇发紫"),
    "medical.chest-pain": ("Tight pain in his chest, going down the arm", "胸口压着疼，出冷汗"),
    "medical.fall": ("She fell on the stairs and cannot stand up", "在楼梯上摔倒，站不起来"),
    "medical.unconscious": ("A man is lying there, will not wake up", "有人倒地，叫不醒"),
    "medical.stroke": (
        "Her face droops on one side and speech is slurred",
        "说话含糊，一侧手脚无力",
    ),
    "medical.seizure": ("He is shaking all over, having a fit", "全身抽搐，口吐白沫"),
    "medical.bleeding": ("Deep cut, bleeding a lot from the hand", "手划开一个大口子，一直流血"),
    "medical.overdose": ("Took too many tablets, very drowsy", "吃了很多药，昏昏沉沉"),
    "traffic.collision": (
        "Two cars have crashed, the road is half blocked",
        "两车相撞，占了一条车道",
    ),
    "traffic.collision-injury": ("Car crash, somebody is hurt", "撞车了，有人受伤"),
    "traffic.trapped": ("Crash, the driver is trapped in the car", "车祸，司机被困在车里"),
    "traffic.disabled-vehicle": ("Broken-down van in the left lane", "面包车抛锚在左车道"),
    "traffic.obstruction": ("Something large lying on the road", "路上有大件障碍物"),
    "fire.alarm": ("The fire alarm of the building is ringing", "大楼火警铃响了"),
    "fire.structure": ("Smoke from the second floor, I see flames", "二楼冒烟，看到明火"),
    "fire.dwelling": ("Kitchen on fire in a flat", "住户家里着火了"),
    "fire.smoke": ("Smell of smoke, cannot see where from", "闻到烟味，不知从哪来"),
    "fire.vehicle": ("A car is burning at the roadside", "路边一辆车着火"),
    "hazmat.gas-odour": ("Strong smell of gas in the street", "街上燃气味很重"),
    "hazmat.gas-leak": ("Digger hit a gas pipe, it is hissing", "挖断燃气管，嘶嘶漏气"),
    "rescue.lift": ("We are stuck in the lift", "电梯停了，人关在里面"),
    "flood.street": ("Water is knee-deep on the road", "路面积水到膝盖"),
    "police.assault": ("A man was beaten, he is hurt", "有人被打伤"),
}
_OTHERWISE: Final = ("Please send somebody", "请派人来看看")


def words_for(type_code: str, number: int) -> str:
    """What the caller of this number says; every third speaks Chinese."""
    english, chinese = (_WORDS.get(type_code) or _OTHERWISE)[:2]
    return chinese if number % 3 == 2 else english
