-- What is remembered. tenant_id stands first in every key; words of people stand only in content and file_part.
-- Times called *_at are the tenant's clock (see clock()), except what only machines read: held_until, leased_until, not_before.

create table tenant (
    tenant_id uuid primary key,
    name text not null unique check (name <> ''),
    time_zone text not null,
    demonstration boolean not null default false,
    shift interval not null default '0',
    organisation_version integer not null default 0 check (organisation_version >= 0),
    check (demonstration or shift = interval '0')
);

-- The organisation: what the names of a flow stand for.

create table organisation (
    tenant_id uuid primary key references tenant,
    name text not null,
    title text not null,
    tiers text[] not null,
    roles text[] not null,
    coordinator text not null,
    administrator text not null,
    hours text not null  -- of work; '' where they are the usual ones
);

create table unit (
    tenant_id uuid not null references organisation,
    unit_id text not null check (unit_id <> ''),
    ordinal integer not null,
    parent_id text,
    tier text not null,
    primary key (tenant_id, unit_id),
    foreign key (tenant_id, parent_id) references unit deferrable initially deferred,
    check (parent_id <> unit_id)
);
create unique index unit_root on unit (tenant_id) where parent_id is null;

create table content (
    tenant_id uuid not null references tenant,
    commitment bytea not null check (octet_length(commitment) = 32),
    subject uuid,
    salt bytea not null,
    body bytea not null,
    primary key (tenant_id, commitment)
);
create index content_subject on content (tenant_id, subject) where subject is not null;

create table person (
    tenant_id uuid not null references tenant,
    person_id uuid not null,
    ordinal integer not null,
    card bytea not null,  -- commits to their name and key, which stand in content until they are erased
    language text not null check (language in ('zh', 'en')),
    left_at timestamptz,
    primary key (tenant_id, person_id)
);

create table position (
    tenant_id uuid not null,
    person_id uuid not null,
    unit_id text not null,
    role text not null,
    since timestamptz not null default '-infinity',
    until timestamptz not null default 'infinity',
    ordinal integer not null,
    primary key (tenant_id, person_id, unit_id, role, since),
    foreign key (tenant_id, person_id) references person,
    foreign key (tenant_id, unit_id) references unit deferrable initially deferred,
    check (since < until)
);

create table roster (
    tenant_id uuid not null references organisation,
    kind text not null check (kind in ('pool', 'room', 'outlet', 'list')),
    name text not null check (name <> ''),
    ordinal integer not null,
    value jsonb not null,
    primary key (tenant_id, kind, name)
);

create table calendar_day (
    tenant_id uuid not null references tenant,
    unit_id text not null default '',  -- '' is everybody's calendar
    day date not null,
    kind text not null check (kind in ('work', 'off')),
    published boolean not null,
    primary key (tenant_id, unit_id, day)
);

-- Flows.

create table flow_version (
    tenant_id uuid not null references tenant,
    digest text not null check (digest ~ '^[0-9a-f]{64}$'),
    flow text not null check (flow <> ''),
    source text not null,
    added_at timestamptz not null,
    primary key (tenant_id, digest)
);

create table flow_current (
    tenant_id uuid not null,
    flow text not null,
    digest text not null,
    primary key (tenant_id, flow),
    foreign key (tenant_id, digest) references flow_version
);

-- Chats, and who speaks in them.

create table bot (
    tenant_id uuid not null references tenant,
    bot text not null check (bot <> ''),
    network text not null,
    read_to text not null default '',
    primary key (tenant_id, bot)
);

create table chat (
    tenant_id uuid not null,
    chat_id uuid not null default gen_random_uuid(),
    bot text not null,
    external_id text not null check (external_id <> ''),
    private boolean not null default true,
    messages integer not null default 0,    -- numbers the transcript
    deliveries integer not null default 0,  -- numbers what is told to the chat itself
    epoch integer not null default 0,
    leased_until timestamptz,
    not_before timestamptz,
    unreachable_at timestamptz,
    primary key (tenant_id, chat_id),
    unique (tenant_id, bot, external_id),
    foreign key (tenant_id, bot) references bot
) with (fillfactor = 70);

create table room (
    tenant_id uuid not null,
    name text not null,
    chat_id uuid not null,
    primary key (tenant_id, name),
    foreign key (tenant_id, chat_id) references chat
);

create table account (
    tenant_id uuid not null,
    bot text not null,
    external_id text not null,
    person_id uuid not null,
    chat_id uuid not null,
    linked_at timestamptz not null,
    revoked_at timestamptz,
    primary key (tenant_id, bot, external_id),
    foreign key (tenant_id, person_id) references person,
    foreign key (tenant_id, chat_id) references chat
);
create unique index account_person on account (tenant_id, person_id, chat_id) where revoked_at is null;
create index account_chat on account (tenant_id, chat_id);

create table link_code (
    tenant_id uuid not null,
    code_hash bytea not null check (octet_length(code_hash) = 32),
    person_id uuid not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    primary key (tenant_id, code_hash),
    foreign key (tenant_id, person_id) references person
);

create table dialogue (
    tenant_id uuid not null,
    chat_id uuid not null,
    version integer not null check (version > 0),
    state bytea,
    expires_at timestamptz,
    primary key (tenant_id, chat_id),
    foreign key (tenant_id, chat_id) references chat
) with (fillfactor = 70);

create table command (
    tenant_id uuid not null,
    command_id uuid not null,
    bot text not null default '',
    chat_id uuid,
    chat_no integer,
    body bytea,
    words bytea,   -- commits to what the person typed
    accepted_at timestamptz not null,
    held_until timestamptz not null,
    tries integer not null default 0,
    done_at timestamptz,
    answer bytea,
    primary key (tenant_id, command_id),
    check ((body is null) = (done_at is not null)),  -- a settled command keeps nobody's words
    check ((answer is null) = (done_at is null)),
    check ((chat_id is null) = (chat_no is null))
) with (fillfactor = 70);
create index command_waiting on command (tenant_id, chat_id, accepted_at, command_id) where done_at is null;
create index command_shown on command (tenant_id, chat_id, chat_no) where chat_no is not null;

-- Items, and what is folded from their events.

create table item (
    tenant_id uuid not null,
    item_id uuid not null,
    digest text not null,
    code text not null check (code <> ''),
    unit_id text not null,
    submitter_id uuid not null,
    began_at timestamptz not null,
    version integer not null check (version > 0),
    head bytea not null check (octet_length(head) = 32),
    state bytea not null,
    title bytea,
    place text not null,
    next_at timestamptz,
    ended_at timestamptz,
    primary key (tenant_id, item_id),
    unique (tenant_id, code),
    foreign key (tenant_id, digest) references flow_version,
    check (ended_at is null or next_at is null)
) with (fillfactor = 70, toast_tuple_target = 8160);
alter table item alter state set storage external;  -- packing it takes longer than all else that a decision writes
create index item_due on item (tenant_id, next_at) where next_at is not null;

-- What a person is in an item: `submitter`, or the tier at which they decide; never two things.
create table party (
    tenant_id uuid not null,
    item_id uuid not null,
    person_id uuid not null,
    part text not null check (part <> ''),
    primary key (tenant_id, item_id, person_id),
    unique (tenant_id, item_id, person_id, part)
);
create index party_submitter on party (tenant_id, person_id, item_id) where part = 'submitter';

-- A choice that decides names the part of who made it: separation of duties holds whoever writes.
create table task (
    tenant_id uuid not null,
    item_id uuid not null,
    task_no integer not null check (task_no > 0),
    run integer not null,
    place text not null,
    round integer not null,
    holder uuid not null,
    decides boolean not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    outcome text,
    choice text,
    person_id uuid,
    part text,
    primary key (tenant_id, item_id, task_no),
    constraint separation_of_duties
        foreign key (tenant_id, item_id, person_id, part) references party (tenant_id, item_id, person_id, part),
    check ((closed_at is null) = (outcome is null)),
    check ((choice is null) = (person_id is null)),
    check (choice is null or closed_at is not null),
    check ((part is not null) = (choice is not null and decides)),
    check (part <> 'submitter')
) with (fillfactor = 70);
create unique index task_vote on task (tenant_id, item_id, run, place, round, person_id) where choice is not null;
create index task_open on task (tenant_id, holder, opened_at, item_id) where closed_at is null;

create table counter (
    tenant_id uuid not null,
    name text not null,
    unit_id text not null default '',
    period text not null default '',
    value bigint not null,
    primary key (tenant_id, name, unit_id, period)
) with (fillfactor = 70);

-- The log. Insert only, chained; the last leaf of an item's events stands on the item, of other streams here.

create table stream (
    tenant_id uuid not null,
    stream_id uuid not null,
    kind text not null check (kind in ('person', 'administration', 'unit', 'flow')),
    version integer not null check (version > 0),
    head bytea not null check (octet_length(head) = 32),
    primary key (tenant_id, stream_id)
) with (fillfactor = 70);

create table event (
    tenant_id uuid not null,
    stream_id uuid not null,
    version integer not null check (version > 0),
    at timestamptz not null,  -- as in the body; for `audit tail`
    body bytea not null,
    leaf bytea not null check (octet_length(leaf) = 32),
    primary key (tenant_id, stream_id, version)
);

-- What a chat shows or is to show. A delivery holds what it is about, never its text.
create table delivery (
    tenant_id uuid not null,
    stream_id uuid not null,
    topic integer not null,  -- what is shown anew together: a prompt's task, 0 the status card, -1 nothing
    delivery_no bigint not null,
    person_id uuid,
    chat_id uuid,            -- null: the person has no chat yet
    chat_no integer,         -- its place in the transcript, given when it is first claimed
    about bytea not null,
    urgent boolean not null,
    at timestamptz not null,
    sent integer not null default 0,     -- how often it was shown
    attempt integer not null default 0,  -- first sends that may have arrived
    tries integer not null default 0,    -- since the last success
    epoch integer not null default 0,
    message_ref text check (message_ref <> ''),
    sent_at timestamptz,
    dead_at timestamptz,
    detail text,
    primary key (tenant_id, stream_id, topic, delivery_no),
    check (chat_id is not null or person_id is not null)
) with (fillfactor = 70);
create index delivery_shown on delivery (tenant_id, chat_id, chat_no) where chat_no is not null;
create index delivery_ref on delivery (tenant_id, chat_id, message_ref) where message_ref is not null;
create index delivery_unreached on delivery (tenant_id, person_id) where chat_id is null;
create index delivery_dead on delivery (tenant_id, dead_at) where dead_at is not null;

-- A delivery that must be shown, or shown anew. `wanted` counts while it waits: what was asked for during a send is not
-- forgotten when that send is done. Apart from `delivery`, because this is written with every decision.
create table owed (
    tenant_id uuid not null,
    chat_id uuid not null,
    stream_id uuid not null,
    topic integer not null,
    delivery_no bigint not null,
    wanted integer not null default 1,
    at timestamptz not null,
    primary key (tenant_id, chat_id, stream_id, topic, delivery_no)
) with (fillfactor = 70);

-- Files.

create table file (
    tenant_id uuid not null,
    file_id uuid not null,
    subject uuid not null,
    name bytea not null,  -- commits to its name, which stands in content
    began_at timestamptz not null,
    complete_at timestamptz,
    commitment bytea check (octet_length(commitment) = 32),  -- to its bytes, with the salt of its name
    media_type text not null default '',
    bytes bigint not null default 0 check (bytes >= 0),
    primary key (tenant_id, file_id),
    foreign key (tenant_id, subject) references person,
    check ((complete_at is null) = (commitment is null))
);

-- Which items a file stands in: who may see one of them may have it.
create table item_file (
    tenant_id uuid not null,
    file_id uuid not null,
    item_id uuid not null,
    primary key (tenant_id, file_id, item_id)
);

create table file_part (
    tenant_id uuid not null,
    file_id uuid not null,
    part integer not null check (part >= 0),
    bytes bytea not null check (octet_length(bytes) between 1 and 262144),
    primary key (tenant_id, file_id, part),
    foreign key (tenant_id, file_id) references file on delete cascade
);
alter table file_part alter bytes set storage external;
