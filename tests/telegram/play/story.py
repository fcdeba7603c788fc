"""The story: one live-stream through its five gates, told on seven telephones and in one web window; and what else may happen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from tests.telegram.play.book import Book
from tests.telegram.play.phone import Phone, hold
from tests.telegram.play.stage import GROUP, Stage
from tests.telegram.play.window import Window
from tests.telegram.server import Chat, Message
from workflow.cli.demonstration.papers import paper
from workflow.engine.codes import spelt

TELEPHONES: Final = ("吕梁", "林国栋", "许静", "曹阳", "彭慧", "罗勇", "郭建军")
TOPIC: Final = "红色传承 走向复兴"
OTHER: Final = "我和祖国共成长"
GUESTS: Final = ("孟老师", "老郑", "小秦", "阿强", "小雪", "老马")
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF: Final = "application/pdf"
FIRST_DRAFT: Final = paper("脚本.docx", "第一稿")
SECOND_DRAFT: Final = paper("脚本二稿.docx", "第二稿：更正了年份")


class Story:
    """Told scene by scene; each raises Unmet where something is not as it should be."""

    def __init__(self, stage: Stage, book: Book) -> None:
        self.stage, self.book, self.phones = stage, book, stage.phones
        self.code = ""
        self.begins = self.begins_at(22)

    async def tell(self) -> None:
        """All of it. While the one fills in a form, the others are not idle."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.submitter())
            group.create_task(self.others())
        await self.returned()
        await self.amended()
        await self.topic()
        await self.three_gates()
        await self.on_stage()
        await self.on_the_air()
        await self.found_out()
        await self.looked_back()
        await self.afterwards()

    async def submitter(self) -> None:
        """吕梁 comes in and hands in the item."""
        await self.linked()
        await self.handed_in()

    async def others(self) -> None:
        """Everybody else comes in, a group becomes a room, another item is handed in on the web and withdrawn."""
        await self.all_linked()
        await self.room()
        await self.spared()

    @contextmanager
    def scene(self, title: str, *names: str, item: bool = True) -> Iterator[tuple[Phone, ...]]:
        """A scene with these people."""
        with self.book.scene(title, item=item) as scene:
            phones = tuple(self.phones[name] for name in names)
            for phone in phones:
                phone.scene = scene
            yield phones

    # ------------------------------------------------------------------------------------------------ coming in

    async def linked(self) -> None:
        """A code is typed in private, and the account is known."""
        with self.scene("绑定：管理员运行 guankou link 吕梁，把打印的码交给本人", "吕梁") as (lu,):
            await lu.ask("/start", "/link")
            offer = await self.stage.offer(lu.name)
            await lu.ask(f"/link {spelt(offer.code)}", lu.name, "/inbox")

    async def all_linked(self) -> None:
        """The others: by code, one after a wrong one, one by the link that is printed with it."""
        names = [name for name in TELEPHONES if name != "吕梁"]
        with self.scene("其他人也绑定", *names, item=False) as phones:
            for phone in phones:
                offer = await self.stage.offer(phone.name)
                if phone.name == "彭慧":
                    await phone.ask("/link 0000-0000", "还可以试 4 次")
                by_link = phone.name == "林国栋"
                await phone.ask(
                    f"/start {offer.link}" if by_link else f"/link {spelt(offer.code)}", phone.name, "/inbox"
                )

    async def room(self) -> None:
        """A group becomes a room of the organisation; nobody but an administrator can do that, and strangers nothing at all."""
        with self.scene("群：管理员把它认作组织里的“同心e桥”", "许静", "郭建军", item=False) as (xu, guo):
            passer = self.stage.api.person(1, "路人")
            members = [xu.client, guo.client, self.phones["吕梁"].client, passer]
            group = self.stage.api.group(GROUP, "同心e桥", members).chat
            passer.send("/room 同心e桥", group)
            passer.send("/inbox", group)
            await xu.ask("/room 同心e桥", "管理员", chat=group)
            await guo.ask("/room 同心e桥", "这个群就是“同心e桥”", chat=group)
            hold("群里的路人什么也办不成，也没有回音", held=len(group.said) == 2)

    async def spared(self) -> None:
        """Seven prompts at once for somebody who wants to be left alone: none comes; afterwards one message tells of all."""
        with self.scene("免打扰与汇总：苏晴在网页上申报，六位嘉宾", "彭慧", "林国栋", item=False) as (peng, lin):
            await peng.ask("/mute 2小时", "不打扰您")
            su = await Window.opened(self.stage, "苏晴")
            code = await su.submits(OTHER, self.begins_at(30), GUESTS)
            peng.scene.did("苏晴", f"在网页上提交《{OTHER}》", "")
            prompt = await lin.see(code, OTHER, button="通过")
            await self._ticked(lin, prompt)
            await self._passed(lin, prompt)
            before = len(peng.chat.said)
            await self.phones["曹阳"].see(code, "内容关", quiet=True)
            await asyncio.sleep(0.7)
            hold("静音的人没有被打扰", held=len(peng.chat.said) == before)
            listed = await peng.ask("/inbox", "待办", OTHER)
            await peng.ask("/mute off", "有事会告诉您")
            digest = await peng.see("您有 6 件待办", after=listed.id)
            hold("汇总只有一条", held=sum(OTHER in one.text for one in peng.chat.said) == 2)
            after = await peng.pressed(digest, digest.buttons[0])
            opened = await peng.see(code, after=after)
            await su.withdraws(code)
            peng.scene.did("苏晴", f"在网页上撤回《{OTHER}》", "")
            await peng.see(code, "已撤回", after=opened.id - 1)
            await su.close()

    def begins_at(self, days: int) -> datetime:
        """Half past seven in the evening, so many days after the play's first."""
        return self.stage.monday.replace(hour=19, minute=30) + timedelta(days)

    # ------------------------------------------------------------------------------------------------ handing in

    async def handed_in(self) -> None:
        """The whole form, field by field: what is wrong is said at once; several of many, files, rows."""
        with self.scene("申报：一项一项地填", "吕梁") as (lu,):
            asked = await lu.ask("/new", "红色直播间五道关口", button="1")
            await lu.see("选题", after=await lu.pressed(asked, "1"))
            await lu.ask(TOPIC, "开播")
            await lu.ask("明天 19:30", "⚠️", "开播")
            await lu.ask(f"{self.begins:%Y-%m-%d %H:%M}", "时长")
            asked = await lu.ask("2小时", "平台")
            await lu.press(asked, "☐ 一直播")
            asked = await lu.see("现填：一直播", button="完成")
            await lu.see("脚本", after=await lu.pressed(asked, "完成"))
            await lu.see("姓名", after=await lu.send("脚本.docx", FIRST_DRAFT, WORD))
            await lu.ask("孟老师", "单位")
            await lu.ask("某中学教师", "承诺书")
            asked = await lu.see(
                "加一行", after=await lu.send("承诺书.pdf", paper("承诺书.pdf", "孟老师"), PDF), button="完成"
            )
            asked = await lu.see(TOPIC, after=await lu.pressed(asked, "完成"), button="提交")
            card = await lu.see(TOPIC, "选题关", button="撤回", after=await lu.pressed(asked, "提交"))
            self.code = card.text.split()[0]

    # ------------------------------------------------------------------------------------------------ back, and again

    async def returned(self) -> None:
        """选题关: the file is read; it goes back with a reason, which is asked for."""
        with self.scene("选题关：林国栋读了脚本，退回", "林国栋", "吕梁") as (lin, lu):
            prompt = await lin.see(self.code, TOPIC, button="📎 脚本.docx")
            file = await lin.see("脚本.docx", after=await lin.pressed(prompt, "📎 脚本.docx"))
            hold("收到的文件就是交上来的那份", held=file.upload is not None and file.upload.data == FIRST_DRAFT)
            asked = await lin.see("退回", after=await lin.pressed(prompt, "退回"))
            hold("理由要回复", held=lin.client.forced() is asked)
            await lin.type("第三段的年份有误，请改脚本。")
            await lin.see(self.code, "已退回", without="退回", after=prompt.id - 1)
            await lu.see(self.code, "已退回", "年份有误", button="修改重报")

    async def amended(self) -> None:
        """The submitter changes one field, a file, and hands it in again."""
        with self.scene("修改重报：只改脚本", "吕梁") as (lu,):
            card = await lu.see(self.code, button="修改重报")
            asked = await lu.see(button="修改", after=await lu.pressed(card, "修改重报"))
            asked = await lu.see(button="脚本", after=await lu.pressed(asked, "修改"))
            await lu.see("脚本", after=await lu.pressed(asked, "脚本"))
            asked = await lu.see(
                "脚本二稿.docx", after=await lu.send("脚本二稿.docx", SECOND_DRAFT, WORD), button="提交"
            )
            await lu.press(asked, "提交")

    async def topic(self) -> None:
        """选题关 once more: nothing passes before every line is ticked; a nervous thumb counts once."""
        with self.scene("选题关，第二轮：逐项核对，通过", "林国栋") as (lin,):
            prompt = await lin.see(self.code, TOPIC, "脚本二稿.docx", button="通过")
            await lin.press(prompt, "通过", "还有几项没有标记")
            await self._ticked(lin, prompt)
            _, second = await lin.press_twice(prompt, "通过")
            hold(f"第二下应说已经办过：{second}", held="已由 林国栋" in second)
            await lin.see(self.code, "已通过", without="通过", after=prompt.id - 1)

    # ------------------------------------------------------------------------------------------------ side by side

    async def three_gates(self) -> None:
        """内容关, 流程关, 嘉宾关 at once: two of the content's, one guest; one person decides in a window, their telephone shows it too."""
        names = ("许静", "曹阳", "罗勇", "彭慧")
        window = await Window.opened(self.stage, "罗勇")
        with self.scene("内容关、流程关、嘉宾关并审；罗勇在网页窗口里办理", *names) as (xu, cao, luo, peng):
            prompts = {
                one: await one.see(self.code, TOPIC, button="通过", quiet=one is not luo)
                for one in (luo, xu, cao, peng)
            }
            stale = luo.data(prompts[luo], "通过")
            await window.approves(self.code)
            luo.scene.did(luo.name, "在网页窗口里逐项打勾，按 [通过]")
            await luo.see(self.code, "已通过", luo.name, without="通过", after=prompts[luo].id - 1)
            await luo.press_late(prompts[luo], "通过", stale, f"已由 {luo.name}")
            await xu.see(self.code, "已有 0 人", button="通过")
            await asyncio.gather(
                self._ticked(xu, prompts[xu]), self._ticked(cao, prompts[cao], told=False), self._ticked(peng, prompts[peng], told=False)
            )  # fmt: skip
            await self._passed(xu, prompts[xu])
            await peng.ask("/inbox", "待办 1 项", TOPIC)
            await self._passed(cao, prompts[cao], told=False)
            await self._passed(peng, prompts[peng], told=False)
        await window.close()

    async def on_stage(self) -> None:
        """现场关, two hours before: both on the spot."""
        with self.scene("现场关：开播前两小时", "许静", "曹阳") as (xu, cao):
            await self.stage.clock_on(self.begins - timedelta(hours=2))
            first, second = (
                await xu.see(self.code, "现场关", button="通过"),
                await cao.see(self.code, "现场关", button="通过", quiet=True),
            )
            await asyncio.gather(self._ticked(xu, first), self._ticked(cao, second, told=False))
            await self._passed(xu, first)
            await self._passed(cao, second, told=False)

    # ------------------------------------------------------------------------------------------------ on the air

    async def on_the_air(self) -> None:
        """直播: a panel to all who watch; the all-clear is one press, and so is the stop; two are needed to go on again."""
        with self.scene("直播：三人看守；一按就停，两人同意才复播", "许静", "曹阳", "罗勇") as (xu, cao, luo):
            await self.stage.clock_on(self.begins)
            panel = await xu.see(self.code, "直播中", button="报平安")
            others = [await one.see(self.code, "直播中", button="⛔ 停播", quiet=True) for one in (cao, luo)]
            await xu.press(panel, "报平安", "已报平安")
            await luo.press(others[1], "⛔ 停播", "已停播")
            for phone, shown in ((luo, others[1]), (xu, panel), (cao, others[0])):
                await phone.see(
                    "未确认", luo.name, button="复播", without="⛔ 停播", after=shown.id - 1, quiet=phone is cao
                )
            await xu.press(panel, "复播", "同意复播")
            await cao.see("还要 1 人", button="复播", after=others[0].id - 1)
            await cao.press(others[0], "复播")
            await luo.see("直播中", button="⛔ 停播", after=others[1].id - 1)

    async def found_out(self) -> None:
        """直播事故: the stop began an item of its own; who has the watch finds out what it was, and that was all."""
        with self.scene("直播事故：停播自动立案；罗勇核实，是误操作", "罗勇", item=False) as (luo,):
            task = await luo.see("核实", self.code, button="办结")
            asked = await luo.see("误操作", after=await luo.pressed(task, "办结"))
            await luo.see("经过", after=await luo.pressed(asked, "误操作"))
            asked = await luo.ask("手滑碰到了停播键，两位看守人立即复播。", "影响人次", button="跳过")
            asked = await luo.see("误操作", after=await luo.pressed(asked, "跳过"), button="办结")
            await luo.press(asked, "办结")
            await luo.see("已办结", without="办结", after=task.id - 1)

    async def looked_back(self) -> None:
        """复盘: the air-time is over, who asked for it says how it went; then it is done, and the group is told."""
        with self.scene("复盘：播完由吕梁填写；随后办结，群里发布", "吕梁") as (lu,):
            await self.stage.clock_on(self.begins + timedelta(hours=2))
            task = await lu.see(self.code, "复盘", button="办结")
            await lu.see("观看人次", after=await lu.pressed(task, "办结"))
            asked = await lu.ask("3200", "问题", button="跳过")
            asked = await lu.see("回放", after=await lu.pressed(asked, "跳过"), button="跳过")
            asked = await lu.see("3200", after=await lu.pressed(asked, "跳过"), button="办结")
            await lu.press(asked, "办结")
            await lu.see(self.code, "已办结", without="撤回")
            await lu.see(self.code, "发布", "/item/", chat=self.group)

    async def afterwards(self) -> None:
        """What can be asked for when all is over: in the group no more than number, title, state and address."""
        with self.scene("事后", "吕梁", "曹阳", item=False) as (lu, cao):
            shown = await lu.ask(f"/item {self.code}", self.code, "/item/", chat=self.group)
            hold("群里只有编号、标题、状态和地址", held=len(shown.text.split("\n")) <= 4 and not shown.buttons)
            await cao.ask("/inbox", "没有等您办理的事项")
            await lu.ask("/help", "/mute")

    @property
    def group(self) -> Chat:
        """The room."""
        return self.stage.api.chat(GROUP)

    # ------------------------------------------------------------------------------------------------ checklists

    async def _ticked(self, phone: Phone, prompt: Message, *, told: bool = True) -> None:
        """Every line passes, one after the other, in the message itself."""
        lines = [one.removesuffix(" 通过") for one in prompt.buttons if one.endswith(" 通过")]
        for number in lines:
            if told:
                await phone.press(prompt, f"{number} 通过")
            else:
                await phone.client.press(prompt.chat, prompt.id, f"{number} 通过")
        for number in lines:
            await phone.see(button=f"☑ {number} 通过", after=prompt.id - 1, quiet=not told or number != lines[-1])

    async def _passed(self, phone: Phone, prompt: Message, *, told: bool = True) -> None:
        """通过, and the message says so in place."""
        if not told:
            phone.scene.did(phone.name, "也逐项打勾")
            phone.scene.knows(prompt)
        await phone.press(prompt, "通过")
        await phone.see("已通过", phone.name, without="通过", after=prompt.id - 1)
