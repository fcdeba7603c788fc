-- Codes come in offers: a long one for links, and perhaps a short one that can be typed; whichever is used first uses up both.
-- Wrong short codes are counted by account, because forty bits bear few guesses.

alter table link_code
    add column offer uuid not null default gen_random_uuid(),
    add column short boolean not null default false,
    add column used_by uuid,        -- the command that brought it: decided again, it is answered the same
    add column void_at timestamptz; -- guessed at too often, or shown where others read along
create index link_code_offer on link_code (tenant_id, offer);

create table link_try (
    tenant_id uuid not null references tenant,
    bot text not null,
    external_id text not null,
    since timestamptz not null,  -- of the machine, like expires_at
    tries integer not null check (tries > 0),
    last uuid not null,          -- the command that was counted last
    primary key (tenant_id, bot, external_id)
);

grant select, insert, update, delete on link_try to guankou_app;
alter table link_try enable row level security;
create policy own_tenant on link_try to guankou_app
    using (tenant_id = (select nullif(current_setting('guankou.tenant', true), '')::uuid));
