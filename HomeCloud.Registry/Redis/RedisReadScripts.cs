namespace HomeCloud.Registry.Redis;

/// <summary>What readers ask in one step. KEYS as in <see cref="RedisScripts"/>; nothing is written, so a replica answers too.</summary>
internal static class RedisReadScripts
{
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
        local texts = part[2]
        -- A text with a zero is no record of ours, and would be taken for two: it goes out as nothing.
        for i = 1, #texts do
          if string.find(texts[i], '\0', 1, true) then texts[i] = '' end
        end
        return {part[1], table.concat(texts, '\0')}
        """;

    /// <summary>Reads who renewed, and which process this is.</summary>
    public const string Owners = """
        local time = redis.call('TIME')
        return {
          string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)),
          redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES'),
          redis.call('HGETALL', KEYS[5]),
          redis.call('HGET', KEYS[4], 'epoch'),
          redis.call('HGET', KEYS[4], 'restored'),
          redis.call('HGETALL', KEYS[6]),
          string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')}
        """;
}
