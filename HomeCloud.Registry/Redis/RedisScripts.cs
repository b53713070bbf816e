namespace HomeCloud.Registry.Redis;

/// <summary>
/// Every write is one of these scripts, and so is atomic. They never trust a clock but Redis's. A write announces itself in
/// the stream with the token of the write before it (<c>after</c>) and its own (<c>tip</c>): a reader whose last tip is not
/// the next item's <c>after</c> knows that it missed something, or that history was rewritten by a restart or a failover.
/// </summary>
internal static class RedisScripts
{
    /// <summary>A write of more steps than this is announced without them; readers then take a whole snapshot.</summary>
    public const int MostStepsInStream = 256;

    // ARGV[1] the write's token, [2] owner, [3] wake channel, [4] length of the change log, [5] prefix of the owned sets,
    // [6] run_id of this Redis as the writer knows it, [7] lease in ms of an owner that has none.
    private const string Common = """
        local names, changes, leases, meta, confirmed = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
        local token, owner, wake, keep, owned = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

        local function now()
          local time = redis.call('TIME')
          return time[1] * 1000 + math.floor(time[2] / 1000)
        end

        -- The revision starts at the time of day, so that it grows even over a Redis that lost everything. What a person
        -- took out of the hash by hand begins anew as well.
        local known = redis.call('HMGET', meta, 'epoch', 'tip', 'revision')
        if not (known[1] and known[2] and known[3]) then
          redis.call('DEL', changes)
          redis.call('HSET', meta, 'epoch', token, 'tip', token, 'revision', string.format('%.0f', now()))
          redis.call('HSETNX', meta, 'term', 0)
        end

        -- steps: 'put NAME', JSON, 'remove NAME', '', ...
        local function commit(owner, steps)
          if #steps == 0 then return redis.call('HGET', meta, 'revision') end
          local revision = string.format('%.0f', redis.call('HINCRBY', meta, 'revision', 1))
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
          end
          redis.call('PUBLISH', wake, revision)
          return revision
        end

        -- Extends a lease; readers are woken when that brings an owner back to life.
        local function lease(owner, duration, extend)
          local ends, time = redis.call('ZSCORE', leases, owner), now()
          local alive = ends and tonumber(ends) > time
          if extend or not alive then
            redis.call('ZADD', leases, string.format('%.0f', time + duration), owner)
          end
          if not alive then redis.call('PUBLISH', wake, 'owners') end
        end

        local function confirm(owner, run)
          if redis.call('HGET', confirmed, owner) ~= run then
            redis.call('HSET', confirmed, owner, run)
            redis.call('PUBLISH', wake, 'owners')
          end
        end


        """;

    // ARGV[8…] NAME, JSON, …: the whole set.
    public const string Replace = Common + """
        local wanted, steps = {}, {}
        for i = 8, #ARGV, 2 do wanted[ARGV[i]] = true end
        for _, name in ipairs(redis.call('SMEMBERS', owned .. owner)) do
          if not wanted[name] then
            steps[#steps + 1] = 'remove ' .. name
            steps[#steps + 1] = ''
          end
        end
        for i = 8, #ARGV, 2 do
          if redis.call('HGET', names, ARGV[i] .. '@' .. owner) ~= ARGV[i + 1] then
            steps[#steps + 1] = 'put ' .. ARGV[i]
            steps[#steps + 1] = ARGV[i + 1]
          end
        end
        local revision = commit(owner, steps)
        if owner ~= 'static' then
          lease(owner, ARGV[7], false)
          confirm(owner, ARGV[6])
        end
        return revision
        """;

    // ARGV[8…] 'put NAME', JSON or 'remove NAME', '': each name once.
    public const string Apply = Common + """
        local steps = {}
        for i = 8, #ARGV, 2 do
          local verb, name = string.match(ARGV[i], '^(%a+) (.*)$')
          local existing = redis.call('HGET', names, name .. '@' .. owner)
          if (verb == 'put' and existing ~= ARGV[i + 1]) or (verb == 'remove' and existing) then
            steps[#steps + 1] = ARGV[i]
            steps[#steps + 1] = ARGV[i + 1]
          end
        end
        local revision = commit(owner, steps)
        if owner ~= 'static' then lease(owner, ARGV[7], false) end
        return revision
        """;

    // ARGV[7] the lease in ms, [8] how long a dead owner is kept, in ms. Drops at most one owner a call.
    public const string Renew = Common + """
        lease(owner, ARGV[7], true)
        local gone = redis.call('ZRANGEBYSCORE', leases, '-inf', string.format('%.0f', now() - ARGV[8]), 'LIMIT', 0, 1)[1]
        if gone then
          local steps = {}
          for _, name in ipairs(redis.call('SMEMBERS', owned .. gone)) do
            steps[#steps + 1] = 'remove ' .. name
            steps[#steps + 1] = ''
          end
          commit(gone, steps)
          redis.call('ZREM', leases, gone)
          redis.call('HDEL', confirmed, gone)
          redis.call('PUBLISH', wake, 'owners')
        end
        return redis.call('HGET', meta, 'revision')
        """;

    // ARGV[8…] NAME, JSON, …: names without an agent behind them, put back by whoever remembers them first after Redis lost everything.
    public const string Restore = Common + """
        if redis.call('HEXISTS', meta, 'restored') == 1 then return redis.call('HGET', meta, 'revision') end
        local steps = {}
        for i = 8, #ARGV, 2 do
          if redis.call('HEXISTS', names, ARGV[i] .. '@' .. owner) == 0 then
            steps[#steps + 1] = 'put ' .. ARGV[i]
            steps[#steps + 1] = ARGV[i + 1]
          end
        end
        redis.call('HSET', meta, 'restored', token)
        redis.call('PUBLISH', wake, 'owners')
        return commit(owner, steps)
        """;

    // ARGV[8] the highest term this writer has seen: a primary it moved to gets a higher one, so that an old primary that comes back is not believed.
    public const string Promote = Common + """
        if tonumber(redis.call('HGET', meta, 'term') or 0) <= tonumber(ARGV[8]) then
          redis.call('HSET', meta, 'term', tonumber(ARGV[8]) + 1)
        end
        return redis.call('HGET', meta, 'term')
        """;

    /// <summary>Reads what follows a revision. KEYS as everywhere; ARGV[1] the first id wanted, [2] the tip that the reader knows, [3] at most so many items.</summary>
    public const string Follow = """
        local meta = redis.call('HMGET', KEYS[4], 'epoch', 'revision', 'tip', 'term', 'restored')
        local items = {}
        if meta[3] ~= ARGV[2] then items = redis.call('XRANGE', KEYS[2], ARGV[1], '+', 'COUNT', ARGV[3]) end
        return {meta[1], meta[2], meta[3], meta[4], meta[5], items}
        """;

    /// <summary>Reads a part of the names: ARGV[1] where it begins (0 at first), [2] about how many. One string holds all of them, field and record in turn, with zeros between, because the client takes one string at once and an array again with every packet that arrives.</summary>
    public const string Part = """
        local part = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
        return {part[1], table.concat(part[2], '\0')}
        """;

    /// <summary>Reads who is alive, by Redis's clock.</summary>
    public const string Owners = """
        local time = redis.call('TIME')
        return {
          string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)),
          redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES'),
          redis.call('HGETALL', KEYS[5]),
          redis.call('HGET', KEYS[4], 'epoch'),
          redis.call('HGET', KEYS[4], 'restored')}
        """;
}
