namespace HomeCloud.Registry.Redis;

/// <summary>
/// Every write is one of these scripts, and so is atomic. No decision rests on a clock of the day: Redis's may step by years (a
/// board without a battery, then NTP). A write may be carried out twice, or late, after its sender gave it up: each carries a
/// number that tells. It announces itself in the stream with the token of the write before it (<c>after</c>) and its own
/// (<c>tip</c>): a reader whose last tip is not the next item's <c>after</c> knows that it missed something, or that history was
/// rewritten by a restart or a failover.
/// </summary>
internal static class RedisScripts
{
    /// <summary>A write of more steps than this is announced without them; readers then take a whole snapshot.</summary>
    public const int MostStepsInStream = 256;

    // An owner is held by one process, whose machine may be cloned, or share its name with another: 'hold OWNER' is its session, its
    // place and its machine; the owner that was refused last is in 'rival OWNER', with the time, for the doctor.
    // ARGV[1] the write's token, [2] owner, [3] wake channel, [4] length of the change log, [5] prefix of the owned sets,
    // [6] run_id of this Redis as the writer knows it, [7] lease in ms of an owner that has none, [8] the writer's session,
    // [9] the write's number in it, [10] the revision that the writer knows,
    // [11] its claim, its place and its machine: see RedisHolder.
    private const string Common = """
        local names, changes, leases, meta, confirmed, sessions, written = unpack(KEYS)
        local token, owner, wake, keep, owned, run = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
        local session, number, base = ARGV[8], tonumber(ARGV[9]), tonumber(ARGV[10])

        local claim, place, machine = string.match(ARGV[11], '^(%S+) (%S+) (.*)$')

        local function text(number) return string.format('%.0f', number) end

        local function now()
          local time = redis.call('TIME')
          return time[1] * 1000 + math.floor(time[2] / 1000)
        end

        -- Before anything is written. The memory limit is looked at for the first write of a script: one that needs no memory
        -- lets what frees some, and renewals, pass when Redis is full.
        local function begin(passes)
          if passes then redis.call('HDEL', meta, '') end
          -- The revision starts at the time of day, so that it grows even over a Redis that lost everything. What a person
          -- took out of the hash by hand begins anew as well.
          local known = redis.call('HMGET', meta, 'epoch', 'tip', 'revision', 'run')
          if not (known[1] and known[2] and known[3]) then
            redis.call('DEL', changes)
            redis.call('HSET', meta, 'epoch', token, 'tip', token, 'revision', text(math.max(now(), base)))
            redis.call('HSETNX', meta, 'term', 0)
          end
          -- No write may look older than one that its writer knows of, from before Redis lost something.
          if known[3] and tonumber(known[3]) < base then redis.call('HSET', meta, 'revision', text(base)) end
          -- Another process than the last writer's may have lost what that one acknowledged: what is written from here on has a
          -- higher revision than all of that, and so counts as later.
          if known[4] ~= run then
            redis.call('HSET', meta, 'run', run)
            redis.call('HINCRBY', meta, 'revision', 1000000)
          end
        end

        -- What to answer when another process holds the owner. 'start' takes it from the same place: that process is gone, or a
        -- clone's, which is then refused. What was seen of the holder takes it as long as nothing newer was heard of it. 'held'
        -- takes it when nobody has confirmed the owner to this process of Redis: then Redis came back as it was before this
        -- writer began, and the holder that it remembers is an earlier one.
        local function held()
          local hold = redis.call('HGET', sessions, 'hold ' .. owner) or ''
          local of, at, by = string.match(hold, '^(%S+) (%S+) (.*)$')
          if of and of ~= session then
            local seen = string.gsub(of .. ' ' .. (redis.call('HGET', sessions, 'renew ' .. owner) or ''), ' ', '/')
            local older = claim == 'held' and redis.call('HGET', confirmed, owner) ~= run
            if claim ~= seen and not (claim == 'start' and at == place) and not older then
              redis.call('HSET', sessions, 'rival ' .. owner, text(now()) .. ' ' .. machine)
              return {by, seen}
            end
          end
          local mine = session .. ' ' .. place .. ' ' .. machine
          if hold ~= mine then
            redis.call('HSET', sessions, 'hold ' .. owner, mine)
            redis.call('HDEL', sessions, 'rival ' .. owner)
          end
          return nil
        end

        local function frees(steps)
          for i = 1, #steps, 2 do
            if string.sub(steps[i], 1, 4) == 'put ' then return false end
          end
          return true
        end

        -- Whether a whole set of a higher number is there already: then this write comes late. Of its own number: it comes twice.
        local function late(isset)
          local last = redis.call('HGET', sessions, 'write ' .. owner)
          local of, count = string.match(last or '', '^(%S+) (%d+)$')
          if of == session and tonumber(count) >= number then return true end
          if isset then redis.call('HSET', sessions, 'write ' .. owner, session .. ' ' .. text(number)) end
          return false
        end

        -- steps: 'put NAME', JSON, 'remove NAME', '', ... as: the revision of which static names are from here on.
        local function commit(owner, steps, as)
          if #steps == 0 then return redis.call('HGET', meta, 'revision') end
          local revision = text(redis.call('HINCRBY', meta, 'revision', 1))
          local after = redis.call('HGET', meta, 'tip')
          local shown = steps
          if #steps > 2 * 256 then shown = {'many', tostring(#steps / 2)} end
          redis.call('XADD', changes, 'MAXLEN', '~', keep, revision .. '-0', 'owner', owner, 'after', after, 'tip', token, unpack(shown))
          redis.call('HSET', meta, 'tip', token)
          for i = 1, #steps, 2 do
            local verb, name = string.match(steps[i], '^(%a+) (.*)$')
            if verb == 'put' then
              redis.call('HSET', names, name .. '@' .. owner, steps[i + 1])
              redis.call('SADD', owned .. owner, name)
            else
              redis.call('HDEL', names, name .. '@' .. owner)
              redis.call('SREM', owned .. owner, name)
            end
            if owner == 'static' then redis.call('ZADD', written, as or revision, name) end
          end
          if owner == 'static' then redis.call('ZREMRANGEBYRANK', written, 0, -10001) end
          redis.call('PUBLISH', wake, revision)
          return revision
        end

        -- Extends a lease; readers are woken when that brings an owner back to life.
        local function lease(owner, duration, extend)
          local ends, time = redis.call('ZSCORE', leases, owner), now()
          local alive = ends and tonumber(ends) > time
          if extend or not alive then
            redis.call('ZADD', leases, text(time + duration), owner)
          end
          if not alive then redis.call('PUBLISH', wake, 'owners') end
        end

        local function confirm(owner, run)
          if redis.call('HGET', confirmed, owner) ~= run then
            redis.call('HSET', confirmed, owner, run)
            redis.call('PUBLISH', wake, 'owners')
          end
        end

        -- The step that leads from what is there to 'put NAME', JSON or 'remove NAME', ''; none when it is so already.
        local function add(steps, step, json)
          local verb, name = string.match(step, '^(%a+) (.*)$')
          local existing = redis.call('HGET', names, name .. '@' .. owner)
          if (verb == 'put' and existing ~= json) or (verb == 'remove' and existing) then
            steps[#steps + 1] = step
            steps[#steps + 1] = json
          end
        end


        """;

    // ARGV[12…] NAME, JSON, …: the whole set.
    public const string Replace = Common + """
        local wanted, steps = {}, {}
        for i = 12, #ARGV, 2 do wanted[ARGV[i]] = true end
        for _, name in ipairs(redis.call('SMEMBERS', owned .. owner)) do
          if not wanted[name] then
            steps[#steps + 1] = 'remove ' .. name
            steps[#steps + 1] = ''
          end
        end
        for i = 12, #ARGV, 2 do add(steps, 'put ' .. ARGV[i], ARGV[i + 1]) end
        begin(frees(steps))
        if owner == 'static' then return commit(owner, steps) end
        local refusal = held()
        if refusal then return refusal end
        if late(true) then return redis.call('HGET', meta, 'revision') end
        local revision = commit(owner, steps)
        lease(owner, ARGV[7], false)
        confirm(owner, run)
        return revision
        """;

    // ARGV[12…] 'put NAME', JSON or 'remove NAME', '': each name once.
    public const string Apply = Common + """
        local steps = {}
        for i = 12, #ARGV, 2 do add(steps, ARGV[i], ARGV[i + 1]) end
        begin(frees(steps))
        local refusal = held()
        if refusal then return refusal end
        if late(false) then return redis.call('HGET', meta, 'revision') end
        local revision = commit(owner, steps)
        lease(owner, ARGV[7], false)
        return revision
        """;

    // As Apply, for names without an agent, which all agents write. Refused when one of them was written after the revision that
    // the writer knows: an owner that is still there asks again with the revision that comes back, and a write that comes late does no harm.
    public const string ApplyStatic = Common + """
        local steps = {}
        for i = 12, #ARGV, 2 do
          local last = redis.call('ZSCORE', written, string.match(ARGV[i], '^%a+ (.*)$'))
          if last and tonumber(last) > base then
            begin(false)
            return {'again', redis.call('HGET', meta, 'revision')}
          end
          add(steps, ARGV[i], ARGV[i + 1])
        end
        begin(frees(steps))
        return {'done', commit(owner, steps)}
        """;

    // As ApplyStatic, for a write of revision ARGV[10] that this Redis may have lost: only names that it has not, nor any later one of.
    public const string WriteAgain = Common + """
        local steps = {}
        for i = 12, #ARGV, 2 do
          local last = redis.call('ZSCORE', written, string.match(ARGV[i], '^%a+ (.*)$'))
          if not last or tonumber(last) < base then add(steps, ARGV[i], ARGV[i + 1]) end
        end
        begin(frees(steps))
        return commit(owner, steps, text(base))
        """;

    // ARGV[7] the lease in ms, [9] when it was sent, in ms of its sender's uptime, [12] how long a dead owner is kept, in ms.
    // 'lived' counts the time in which any owner renewed, by the senders' steady clocks: nobody is dropped for a time in which
    // Redis's clock stepped, or nobody could renew. Drops at most one owner a call.
    public const string Renew = Common + """
        begin(true)
        local refusal = held()
        if refusal then return refusal end
        local function renewal(owner)
          local of, sent, at, duration = string.match(redis.call('HGET', sessions, 'renew ' .. owner) or '', '^(%S+) (%d+) (%d+) (%d+)$')
          return of, tonumber(sent), tonumber(at), tonumber(duration)
        end

        lease(owner, ARGV[7], true)
        local lived = tonumber(redis.call('HGET', meta, 'lived') or 0)
        local of, sent, at = renewal(owner)
        if of == session then
          lived = math.max(lived, at + math.max(0, math.min(number - sent, tonumber(ARGV[7]))))
        end
        if of ~= session or sent < number then
          redis.call('HSET', sessions, 'renew ' .. owner, session .. ' ' .. text(number) .. ' ' .. text(lived) .. ' ' .. ARGV[7])
        end
        redis.call('HSET', meta, 'lived', text(lived))

        for _, gone in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', text(now()))) do
          local of, _, at, duration = renewal(gone)
          if not of then
            redis.call('HSET', sessions, 'renew ' .. gone, '- 0 ' .. text(lived) .. ' 0')
          elseif lived - at - duration > tonumber(ARGV[12]) then
            local steps = {}
            for _, name in ipairs(redis.call('SMEMBERS', owned .. gone)) do
              steps[#steps + 1] = 'remove ' .. name
              steps[#steps + 1] = ''
            end
            commit(gone, steps)
            redis.call('ZREM', leases, gone)
            redis.call('HDEL', confirmed, gone)
            redis.call('HDEL', sessions, 'renew ' .. gone, 'write ' .. gone, 'hold ' .. gone, 'rival ' .. gone)
            redis.call('PUBLISH', wake, 'owners')
            break
          end
        end
        return redis.call('HGET', meta, 'revision')
        """;

    // ARGV[12…] NAME, JSON, …: names without an agent behind them, put back by the first reader that remembers them after Redis lost everything.
    public const string Restore = Common + """
        begin(false)
        if redis.call('HEXISTS', meta, 'restored') == 1 then return redis.call('HGET', meta, 'revision') end
        local steps = {}
        for i = 12, #ARGV, 2 do
          if redis.call('HEXISTS', names, ARGV[i] .. '@' .. owner) == 0 and not redis.call('ZSCORE', written, ARGV[i]) then
            steps[#steps + 1] = 'put ' .. ARGV[i]
            steps[#steps + 1] = ARGV[i + 1]
          end
        end
        redis.call('HSET', meta, 'restored', token)
        redis.call('PUBLISH', wake, 'owners')
        return commit(owner, steps, text(1))
        """;

    // ARGV[12] the highest term this writer has seen: a primary it moved to gets a higher one, so that an old primary that comes back is not believed.
    public const string Promote = Common + """
        begin(true)
        if tonumber(redis.call('HGET', meta, 'term') or 0) <= tonumber(ARGV[12]) then
          redis.call('HSET', meta, 'term', tonumber(ARGV[12]) + 1)
        end
        return redis.call('HGET', meta, 'term')
        """;
}
