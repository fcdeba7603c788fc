"""What stands on buttons: one word, two at most."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # A task
    "button.approve": ("通过", "Approve"),
    "button.reject": ("驳回", "Reject"),
    "button.return": ("退回", "Return"),
    "button.comment": ("意见", "Comment"),
    "button.transfer": ("转交", "Hand over"),
    "button.detail": ("详情", "Details"),
    "button.timeline": ("经过", "History"),
    "button.handle": ("去办理", "Open"),
    "button.mark_pass": ("通过", "Pass"),
    "button.mark_fail": ("不通过", "Fail"),
    "button.mark_na": ("不适用", "N/A"),
    # An item, to who handed it in
    "button.resubmit": ("修改重报", "Amend"),
    "button.withdraw": ("撤回", "Withdraw"),
    "button.nudge": ("催办", "Nudge"),
    # An item, to administrators
    "button.reassign": ("指派", "Assign"),
    "button.terminate": ("终止", "Terminate"),
    "button.retry": ("重试", "Retry"),
    # Questions and listings
    "button.submit": ("提交", "Submit"),
    "button.edit": ("修改", "Change"),
    "button.add": ("加一行", "Add a row"),
    "button.drop": ("删末行", "Drop last row"),
    "button.done": ("完成", "Done"),
    "button.skip": ("跳过", "Skip"),
    "button.back": ("返回", "Back"),
    "button.cancel": ("取消", "Cancel"),
    "button.location": ("发送我的位置", "Send my position"),
    "button.phone": ("发送我的号码", "Send my number"),
    "button.before": ("上一页", "Previous"),
    "button.after": ("下一页", "Next"),
    "button.yes_terminate": ("确定终止", "Yes, terminate"),
    "button.yes_withdraw": ("确定撤回", "Yes, withdraw"),
}
