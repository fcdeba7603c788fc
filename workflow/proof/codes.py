"""What `guankou check` finds: each code and its sentence in Chinese and English. Below P550 it is certain, from there on possible."""

from __future__ import annotations

from typing import Final

from workflow.language.codes import Code

PROVEN: Final[dict[str, Code]] = {
    # certain
    "P501": Code("“{word}”在任何路径上都走不到", "no path comes to “{word}”"),
    "P502": Code("走到这里时，这个条件永远不成立：前面的条件已经定了", "this condition never holds here: what came before has settled it"),
    "P503": Code("走到这里时，这个条件永远成立，可以不写：前面的条件已经定了", "this condition always holds here and can be left out: what came before has settled it"),
    "P504": Code("从“{word}”走不到任何结局", "from “{word}” no end can be reached"),
    "P505": Code("“{word}”这一支永远办不完，“{step}”就合不拢", "the branch “{word}” never comes to its end, so “{step}” never joins"),
    "P506": Code(
        "退回“{word}”以后没有人要做任何事，又原样回到这一步：可以一直绕下去",
        "after a return to “{word}” nobody has anything to do, and the item comes back here as it was: so it may go on for ever",
    ),
    "P508": Code("有一条路没有任何人办理就办结{zh}", "on one path it is done though nobody was asked anything{en}"),
    "P510": Code("要 {need} 人，却最多只有 {most} 人能审", "{need} are needed, but at most {most} can decide here"),
    "P513": Code(
        "“{other}”和“{step}”分属两级，一件事里一人只能在一级办，人一定不够：{who}",
        "“{other}” and “{step}” are of two tiers, and nobody decides at two tiers of one item: there are too few, whoever decides: {who}",
    ),
    "P521": Code("“{word}”有 {most} 行，一件之内最多 200 行：一定会停下来等管理员", "“{word}” has {most} rows, and one item holds 200: it stops for the administrator"),
    # possible
    "P551": Code("可能要 {need} 人，这些单位发起时人不够：{where}", "{need} may be needed; from these units there are too few: {where}"),
    "P552": Code("从这些单位发起时没有人担任 {who}：{where}", "from these units nobody holds {who}: {where}"),
    "P554": Code(
        "{who} 在“{other}”办过以后，“{step}”可能就没有人能办了（一件事里一人只能在一级办）：{where}",
        "once {who} has decided at “{other}”, “{step}” may have too few left, for nobody decides at two tiers of one item: {where}",
    ),
    "P556": Code("“{word}”的行数没有上限，可能超过 200 行，超过就停下来等管理员；再多请用 run", "nothing bounds the rows of “{word}”: past 200 it stops for the administrator; more rows take a run"),
    "P557": Code("从今天算，期限在 {due}，而工作日历只公布到 {last}：先按估计的工作日算，公布后重算", "counted from today it is due on {due}, but the calendar is published up to {last}: the days beyond are estimates, counted anew once published"),
}  # fmt: skip

BESIDE: Final = {
    "P501": {"F370", "F373", "O465"}, "P502": {"F370"}, "P503": {"F371"}, "P504": {"F372"}, "P505": {"F372", "F382"},
    "P510": {"O462", "O463"}, "P551": {"O462", "O463"}, "P552": {"O464"}, "P513": {"O460", "O462", "O464"}, "P554": {"O460", "O461", "O462", "O463", "O464"},
}  # fmt: skip
"""What lint says of the same step is not said again: one mistake, one report."""
