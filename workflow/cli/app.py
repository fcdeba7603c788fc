"""The commands and their options, and nothing else: so that `--help` answers at once. `_work` loads what a command does."""

# ruff: noqa: D103 - what a command does is its help, which people read in their language

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from workflow.cli.tongue import say

app = typer.Typer(
    name="guankou",
    help=say("关口：在聊天里审核。流程是 YAML，PostgreSQL 记住一切。", "guankou: reviews where people talk. Flows are YAML, PostgreSQL remembers."),
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
)  # fmt: skip
db = typer.Typer(help=say("数据库", "The database"), no_args_is_help=True, rich_markup_mode=None)
audit = typer.Typer(help=say("审计日志", "The audit log"), no_args_is_help=True, rich_markup_mode=None)
org = typer.Typer(help=say("组织", "The organisation"), no_args_is_help=True, rich_markup_mode=None)
app.add_typer(db, name="db")
app.add_typer(audit, name="audit")
app.add_typer(org, name="org")
ledger = typer.Typer(help=say("账户里的钱", "Accounts and their money"), no_args_is_help=True, rich_markup_mode=None)
app.add_typer(ledger, name="ledger")

Tenant = Annotated[
    str,
    typer.Option(
        "--tenant", envvar="GUANKOU_TENANT", help=say("租户（缺省：唯一的那个）", "tenant (default: the only one)")
    ),
]
# Not from the environment: that would put one district's organisation in the place of another's.
TenantHere = Annotated[
    str, typer.Option("--tenant", help=say("租户（缺省：组织文件里写的，或唯一的那个）", "tenant (default: the organisation file's, or the only one)"))
]  # fmt: skip
As = Annotated[str, typer.Option("--as", help=say("以谁的身份", "as which person"))]
Output = Annotated[Literal["text", "json"], typer.Option("--output", help=say("输出格式", "how to print"))]
Tongue = Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help=say("用哪种语言说明（缺省：终端或编辑器的）", "the language of what is said (default: the terminal's, or the editor's)"))]  # fmt: skip
Paths = Annotated[list[Path], typer.Argument(help=say("文件或文件夹", "files or folders"))]
Code = Annotated[str, typer.Argument(help=say("事项编号", "the item's code"))]
Fields = Annotated[list[str] | None, typer.Option("--set", help=say("字段=值，可多次", "FIELD=VALUE, repeatable"))]
FormFiles = Annotated[
    list[str] | None, typer.Option("--file", help=say("字段=文件路径，可多次", "FIELD=PATH, repeatable"))
]
CommandId = Annotated[
    str, typer.Option("--id", help=say("命令的 UUID：同一个只算一次", "the command's UUID: the same counts once"))
]
Bot = Annotated[
    str, typer.Option("--bot", help=say("只在这个渠道（缺省：全部）", "on this network alone (default: every one)"))
]
RehearsedIn = Annotated[
    Path | None, typer.Option("--org", help=say("用这个组织（缺省：旁边唯一的，否则按流程虚构一个）", "play in this organisation (default: the only one beside, else made up)"))
]  # fmt: skip
Host = Annotated[str, typer.Option("--host", envvar="GUANKOU_HOST", help=say("监听地址", "address to listen on"))]
Port = Annotated[
    int, typer.Option("--port", min=0, max=65535, envvar="GUANKOU_PORT", help=say("监听端口", "port to listen on"))
]


def _work(name: str, **arguments: Any) -> None:
    """Do a command's work: `workflow.cli.NAME.FUNCTION`, imported only now because the engine takes longer than 0.3 s."""
    module, _, function = name.rpartition(".")
    code = getattr(import_module(f"workflow.cli.{module}"), function)(**arguments)
    if code:
        raise typer.Exit(code)


@app.command(
    help=say(
        "演示：启动数据库、引擎和网页，装入真实的组织和流程",
        "Demonstration: database, engine and web with a real organisation",
    )
)
def demo(
    headless: Annotated[bool, typer.Option("--headless", help=say("不开网页，自己走一遍并核对", "play the real input through and check it"))] = False,
    json: Annotated[bool, typer.Option("--json", help=say("最后一行输出 JSON", "print one last line of JSON"))] = False,
    host: Host = "127.0.0.1",
    port: Port = 8080,
) -> None:  # fmt: skip
    _work("demo.headless", json=json) if headless else _work("demo.serve", host=host, port=port)


@app.command(help=say("运行引擎和网页", "Run the engine and the web chat"))
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8080,
    public: Annotated[str, typer.Option("--public", envvar="GUANKOU_PUBLIC", help=say("人们输入的地址（在 TLS 代理后面时）", "the address people type (behind a proxy with TLS)"))] = "",
    tenant: Tenant = "",
) -> None:  # fmt: skip
    _work("serve.serve", host=host, port=port, public=public, tenant=tenant)


@app.command(
    help=say(
        "检查流程、组织和名录（0 无问题，1 有问题，2 读不了）",
        "Check flows, organisations, lists (0 clean, 1 findings, 2 unreadable)",
    )
)
def lint(
    paths: Paths,
    output: Output = "text",
    organisation: Annotated[Path | None, typer.Option("--org", help=say("按这个组织核对名称", "check names against this organisation"))] = None,
    fix: Annotated[bool, typer.Option("--fix", help=say("把有把握的改好", "mend what is certain"))] = False,
) -> None:  # fmt: skip
    _work("lint.lint", paths=paths, output=output, organisation=organisation, fix=fix)


@app.command(
    help=say(
        "证明流程在每条路径上都走得通，并指出人手不够的地方（0 没有一定的问题，1 有，2 读不了）",
        "Prove what holds on every path, and who is missing (0 nothing certain, 1 findings, 2 unreadable)",
    )
)
def check(
    paths: Paths,
    output: Output = "text",
    organisation: Annotated[Path | None, typer.Option("--org", help=say("按这个组织核对名称和人手", "with the people of this organisation"))] = None,
) -> None:  # fmt: skip
    _work("check.check", paths=paths, output=output, organisation=organisation)


@app.command(
    help=say(
        "整理流程的写法，意思不变（0 好，1 --check 时要整理，2 读不了）",
        "Put flows into their form; the meaning stays (0 done, 1 --check: would change, 2 unreadable)",
    )
)
def fmt(
    paths: Paths,
    zh: Annotated[bool, typer.Option("--zh", help=say("词都写成中文", "all words in Chinese"))] = False,
    en: Annotated[bool, typer.Option("--en", help=say("词都写成英文", "all words in English"))] = False,
    check: Annotated[bool, typer.Option("--check", help=say("只说哪些要整理", "only say which would change"))] = False,
    diff: Annotated[bool, typer.Option("--diff", help=say("只显示会怎样改", "only show what would change"))] = False,
) -> None:  # fmt: skip
    _work("fmt.fmt", paths=paths, zh=zh, en=en, check=check, diff=diff)


@app.command(help=say("讲解一个代码（F301），或一个流程（flow.yaml）", "Explain a code (F301), or a flow (flow.yaml)"))
def explain(
    what: Annotated[str, typer.Argument(help=say("代码或文件", "a code or a file"))],
    organisation: Annotated[Path | None, typer.Option("--org", help=say("按这个组织核对名称", "check names against this organisation"))] = None,
    language: Tongue = None,
) -> None:  # fmt: skip
    _work("explain.explain", what=what, organisation=organisation, language=language)


@app.command(
    "test",
    help=say(
        "跑流程的用例：哪句不对、哪条路没有走过（0 都对，1 有不对，2 读不了）",
        "Play the cases of flows: what goes otherwise, which ways no case walked (0 ok, 1 failed, 2 unreadable)",
    ),
)
def rehearse(
    paths: Annotated[list[Path], typer.Argument(help=say("*.test.yaml、流程或文件夹", "*.test.yaml, flows or folders"))],
    organisation: RehearsedIn = None,
    junit: Annotated[Path | None, typer.Option("--junit", help=say("另写一份 JUnit XML", "write JUnit XML as well"))] = None,
    strict: Annotated[bool, typer.Option("--strict", help=say("有路没走过也算不对", "a way that no case walked fails, too"))] = False,
    output: Output = "text",
) -> None:  # fmt: skip
    _work("testing.test", paths=paths, organisation=organisation, output=output, junit_file=junit, strict=strict)


@app.command(
    help=say(
        "一步一步走一遍流程：谁办什么、跳到何时、退一步",
        "Step through a flow: who decides what, jumps in time, one step back",
    )
)
def simulate(
    flow: Annotated[Path, typer.Argument(help=say("流程文件", "the flow's file"))],
    organisation: RehearsedIn = None,
    script: Annotated[Path | None, typer.Option("--script", help=say("从文件读要输入的各行", "read what would be typed from a file"))] = None,
) -> None:  # fmt: skip
    _work("simulate.simulate", flow=flow, organisation=organisation, script=script)


@app.command(
    help=say(
        "让过去的事项按改过的流程重走，看会有什么不同（0 不变，1 会变，2 读不了）",
        "Run past items through a changed flow: what would differ (0 nothing, 1 something, 2 unreadable)",
    )
)
def replay(
    flow: Annotated[Path, typer.Argument(help=say("改过的流程", "the changed flow"))],
    items: Annotated[int, typer.Option("--items", min=1, max=100_000, help=say("最近多少件", "so many of the newest"))] = 100,
    tenant: Tenant = "",
    output: Output = "text",
) -> None:  # fmt: skip
    _work("replay.past", flow=flow, items=items, tenant=tenant, output=output)


@app.command(
    help=say(
        "从模板开始一个新流程和它的用例；不覆盖任何文件",
        "Begin a flow and its cases from a template; overwrites nothing",
    )
)
def new(
    name: Annotated[str, typer.Argument(help=say("新流程的标识", "the new flow's id"))] = "",
    template: Annotated[str, typer.Option("--from", help=say("模板", "the template"))] = "",
    folder: Annotated[Path, typer.Option("--into", help=say("放在哪个文件夹", "the folder to write into"))] = Path(),
    listed: Annotated[bool, typer.Option("--list", help=say("列出模板", "list the templates"))] = False,
) -> None:  # fmt: skip
    _work("new.new", flow=name, template=template, folder=folder, listed=listed)


@app.command(help=say("把流程画成图：层级是泳道，退回是虚线", "Draw a flow: tiers are lanes, returns are dashed"))
def graph(
    flow: Annotated[Path, typer.Argument(help=say("流程文件", "the flow's file"))],
    form: Annotated[Literal["svg", "mermaid", "dot"], typer.Option("--format", help=say("图的格式", "how to write the picture"))] = "svg",
    output: Annotated[Path | None, typer.Option("--output", "-o", help=say("写到这个文件", "write to this file"))] = None,
    organisation: Annotated[Path | None, typer.Option("--org", help=say("按这个组织排列层级", "order the tiers by this organisation"))] = None,
    language: Tongue = None,
) -> None:  # fmt: skip
    _work("graph.graph", flow=flow, form=form, output=output, organisation=organisation, language=language)


@app.command(
    help=say(
        "流程的 JSON Schema，给编辑器补全和提示用", "The JSON Schema of flows, for completion and hover in editors"
    )
)
def schema(
    language: Tongue = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help=say("写到这个文件", "write to this file"))] = None,
) -> None:  # fmt: skip
    _work("editor.schema", language=language, output=output)


@app.command(
    help=say(
        "语言服务器（LSP）：由编辑器启动，经标准输入输出",
        "The language server: started by an editor, over standard input and output",
    )
)
def lsp(
    language: Tongue = None,
    organisation: Annotated[Path | None, typer.Option("--org", help=say("按这个组织核对名称", "check names against this organisation"))] = None,
) -> None:  # fmt: skip
    _work("editor.lsp", language=language, organisation=organisation)


@app.command(help=say("装入流程、组织和名录", "Put flows, organisations and lists into force"))
def apply(paths: Paths, tenant: TenantHere = "", as_: As = "") -> None:
    _work("apply.apply", paths=paths, tenant=tenant, person=as_)


@app.command(help=say("提交一件新事项", "Submit a new item"))
def submit(
    flow: Annotated[str, typer.Argument(help=say("流程", "the flow"))],
    as_: As,
    fields: Fields = None,
    files: FormFiles = None,
    unit: Annotated[str, typer.Option("--unit", help=say("单位", "the unit"))] = "",
    command_id: CommandId = "",
    tenant: Tenant = "",
    output: Output = "text",
) -> None:  # fmt: skip
    _work(
        "items.submit", flow=flow, person=as_, fields=fields or [], files=files or [], unit=unit, command_id=command_id,
        tenant=tenant, output=output,
    )  # fmt: skip


@app.command(help=say("某人的待办", "What somebody owes"))
def inbox(as_: As, tenant: Tenant = "", output: Output = "text") -> None:
    _work("items.inbox", person=as_, tenant=tenant, output=output)


@app.command(help=say("一件事项和它的经过", "An item and its history"))
def show(code: Code, as_: As = "", tenant: Tenant = "", output: Output = "text") -> None:
    _work("items.show", code=code, person=as_, tenant=tenant, output=output)


@app.command(help=say("对一件事项做决定", "Decide about an item"))
def decide(
    code: Code,
    verb: Annotated[str, typer.Argument(help=say("通过 驳回 退回 撤回 …，或 approve reject return …", "approve reject return withdraw … or 通过 驳回 退回 …"))],
    as_: As,
    *,
    comment: Annotated[str, typer.Option("--comment", "-m", help=say("意见或理由", "a comment, or the reason"))] = "",
    to: Annotated[str, typer.Option("--to", help=say("退回到哪一步，或转交给谁", "the step to return to, or the person to hand to"))] = "",
    step: Annotated[str, typer.Option("--step", help=say("有几项待办时，哪一步（嘉宾关/2 是第二行）", "which step, with several tasks (嘉宾关/2: its second row)"))] = "",
    channel: Annotated[str, typer.Option("--channel", help=say("代填：电话 或 入户", "writing down an answer: phone or visit"))] = "",
    respondent: Annotated[str, typer.Option("--respondent", help=say("代填：受访人", "writing down an answer: whose"))] = "",
    marks: Annotated[list[str] | None, typer.Option("--mark", help=say("核对项=通过|不通过|不适用；全部=通过", "LINE=pass|fail|na; all=pass"))] = None,
    fields: Fields = None,
    files: FormFiles = None,
    command_id: CommandId = "",
    tenant: Tenant = "",
    output: Output = "text",
) -> None:  # fmt: skip
    _work(
        "items.decide", code=code, verb=verb, person=as_, comment=comment, to=to, step=step, marks=marks or [],
        fields=fields or [], files=files or [], command_id=command_id, tenant=tenant, output=output, channel=channel, respondent=respondent,
    )  # fmt: skip


@app.command(help=say("看一步征集收到的各份", "What people answered to a step"))
def answers(
    code: Code,
    as_: As,
    *,
    step: Annotated[str, typer.Option("--step", help=say("有几步征集时，哪一步（评审/2 是第二行）", "which step, where several collect (评审/2: its second row)"))] = "",
    tenant: Tenant = "",
    output: Output = "text",
) -> None:  # fmt: skip
    _work("answers.answers", code=code, step=step, person=as_, tenant=tenant, output=output)


@app.command(help=say("给某人一次性的登录地址和绑定码", "Addresses and a code that bring somebody in, once"))
def link(
    person: Annotated[str, typer.Argument(help=say("人", "the person"))],
    tenant: Tenant = "",
    url: Annotated[str, typer.Option("--url", envvar="GUANKOU_PUBLIC", help=say("网站地址", "where the web chat is reached"))] = "http://127.0.0.1:8080",
    bot: Bot = "",
) -> None:  # fmt: skip
    _work("link.link", person=person, tenant=tenant, url=url, bot=bot)


@app.command(help=say("解除某人的账号（手机丢了）", "Take somebody's accounts away (a lost telephone)"))
def unlink(
    person: Annotated[str, typer.Argument(help=say("人", "the person"))], tenant: Tenant = "", bot: Bot = ""
) -> None:
    _work("link.unlink", person=person, tenant=tenant, bot=bot)


@app.command(help=say("没有送到的人和群：哪里、从何时起、为什么", "Whom nothing reaches: where, since when, why"))
def chats(tenant: Tenant = "", output: Output = "text") -> None:
    _work("chats.unreached", tenant=tenant, output=output)


@app.command(
    help=say(
        "各单位的计数，逐级汇总；--items 列出出自哪些事项",
        "What units counted, rolled up; --items names the items it comes from",
    )
)
def count(
    name: Annotated[str, typer.Argument(help=say("计数的名称（缺省：全部）", "the counter (default: all of them)"))] = "",
    per: Annotated[str, typer.Option("--per", help=say("按这一层的单位（缺省：整棵树）", "by the units of this tier (default: the tree)"))] = "",
    period: Annotated[str, typer.Option("--in", help=say("2026、2026-Q4、2026-11、上月、7日（缺省：从头到现在）", "2026, 2026-Q4, 2026-11, “last month”, 7d (default: ever)"))] = "",
    *,
    items: Annotated[bool, typer.Option("--items", help=say("列出各件", "name the items"))] = False,
    tenant: Tenant = "",
    output: Output = "text",
) -> None:  # fmt: skip
    _work("counting.count", counter=name, per=per, period=period, items=items, tenant=tenant, output=output)


@ledger.command("list", help=say("所有账户的余额和冻结", "Every account: what it has, and what of it is held"))
def ledger_list(tenant: Tenant = "", output: Output = "text") -> None:
    _work("ledger.listed", tenant=tenant, output=output)


@ledger.command(
    "show", help=say("一个账户：余额，和它的每一笔", "One account: what it has, and all that happened to it")
)
def ledger_show(
    account: Annotated[
        str, typer.Argument(help=say("人、单位、单位.名称 或名称", "a person, a unit, UNIT.NAME or a name"))
    ],
    tenant: Tenant = "",
    output: Output = "text",
) -> None:
    _work("ledger.show", account=account, tenant=tenant, output=output)


@ledger.command(
    "credit",
    context_settings={"ignore_unknown_options": True},
    help=say(
        "管理员把钱记入账户（负数：拿出），要写理由", "An administrator books money in (below zero: out), with a reason"
    ),
)
def ledger_credit(
    currency: Annotated[str, typer.Argument(help=say("币种", "the currency"))],
    account: Annotated[str, typer.Argument(help=say("账户", "the account"))],
    amount: Annotated[str, typer.Argument(help=say("金额，如 1000 或 12.50", "how much: 1000, 12.50"))],
    as_: As,
    reason: Annotated[str, typer.Option("--reason", "-m", help=say("理由", "why"))],
    *,
    new: Annotated[bool, typer.Option("--new", help=say("开一个没有流程用到的账户", "an account that no flow knows"))] = False,
    command_id: CommandId = "",
    tenant: Tenant = "",
    output: Output = "text",
) -> None:  # fmt: skip
    _work(
        "ledger.credit", currency=currency, account=account, amount=amount, person=as_, reason=reason, new=new,
        command_id=command_id, tenant=tenant, output=output,
    )  # fmt: skip


@app.command(help=say("检查这台机器和这个安装", "Check this machine and this installation"))
def doctor() -> None:
    _work("doctor.doctor")


@org.command("show", help=say("组织、单位、层级", "The organisation, its units and tiers"))
def org_show(tenant: Tenant = "") -> None:
    _work("organisation.show", tenant=tenant)


@org.command("person", help=say("一个人：职务、待办、账号", "A person: roles, tasks, accounts"))
def org_person(person: Annotated[str, typer.Argument(help=say("人", "the person"))], tenant: Tenant = "") -> None:
    _work("organisation.person", person=person, tenant=tenant)


@audit.command(
    "verify",
    help=say("重算并核对整个日志（1：指出第一条错的）", "Recompute the whole log (1: names the first bad event)"),
)
def audit_verify(tenant: Tenant = "", output: Output = "text") -> None:
    _work("audit.verify", tenant=tenant, output=output)


@audit.command("tail", help=say("最近的事件", "The latest events"))
def audit_tail(
    n: Annotated[int, typer.Option("-n", min=1, max=10_000, help=say("多少条", "how many"))] = 20, tenant: Tenant = "", output: Output = "text"
) -> None:  # fmt: skip
    _work("audit.tail", n=n, tenant=tenant, output=output)


@audit.command("export", help=say("把日志导出为 JSON Lines", "Export the log as JSON Lines"))
def audit_export(
    file: Annotated[Path, typer.Argument(help=say("文件，- 为标准输出", "the file, - for standard output"))],
    tenant: Tenant = "",
) -> None:
    _work("audit.export", file=file, tenant=tenant)


@db.command("up", help=say("建库并升级到当前版本", "Make the schema and bring it up to date"))
def db_up() -> None:
    _work("database.up")


@db.command("status", help=say("数据库在哪里、什么版本", "Where the database is, and at which version"))
def db_status() -> None:
    _work("database.status")


@db.command("rebuild", help=say("由事件重建状态（投影）", "Rebuild the states from the events"))
def db_rebuild(tenant: Tenant = "") -> None:
    _work("database.rebuild", tenant=tenant)


@db.command("backup", help=say("备份到一个文件", "Back up into a file"))
def db_backup(file: Annotated[Path, typer.Argument(help=say("文件", "the file"))]) -> None:
    _work("database.backup", file=file)


@db.command("restore", help=say("从备份恢复到空的数据库", "Restore a backup into an empty database"))
def db_restore(file: Annotated[Path, typer.Argument(help=say("文件", "the file"))]) -> None:
    _work("database.restore", file=file)
