using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving.Access;

/// <summary>
/// A leaky bucket for each client in a fixed table of 8-octet slots: 16 bits tell clients that share a slot apart, 48 bits
/// hold, in microseconds, when the bucket will be empty. Times are compared modulo 2^48 µs (8.9 years): no bucket is ever
/// fuller than the allowance, so a time further ahead lies in the past. A newcomer takes a slot over, so memory never
/// grows; the worst that a flood of forged addresses achieves is that nobody is limited. Workers race on slots without
/// harm: at worst a few queries are not counted.
/// </summary>
public sealed class RateLimiter
{
    private const int TimeBits = 48;
    private const ulong TimeMask = (1UL << TimeBits) - 1;

    private readonly AddressPrefixes _exempt;
    private readonly ulong[] _slots;
    private readonly ulong _interval;
    private readonly ulong _allowance;
    private readonly ulong _key;
    private readonly int _slip;
    private int _slipCount;

    public RateLimiter(RateLimitOptions options)
    {
        _exempt = AddressPrefixes.Parse(options.Exempt);
        _slots = new ulong[options.PerSecond == 0 ? 1 : options.Clients];
        _interval = options.PerSecond == 0 ? 0 : Math.Max(1, 1_000_000UL / (ulong)options.PerSecond);
        _allowance = _interval * (ulong)options.Burst;
        _slip = options.Slip;
        _key = BitConverter.ToUInt64(RandomOctets.Get(8)) | 1;
    }

    /// <summary>Counts one query of <paramref name="client"/>.</summary>
    public RateVerdict Count(ClientAddress client, long nowMilliseconds)
    {
        if (_interval == 0 || _exempt.Contains(client))
            return RateVerdict.Answer;

        // One household's IPv6 hosts change addresses inside their /64 at will.
        var identity = client.IsIPv4 ? client.Low : client.High;
        var high = Math.BigMul(identity ^ _key, 0x9E37_79B9_7F4A_7C15, out var low);
        var hash = high ^ low;
        ref var slot = ref _slots[(int)(hash & (ulong)(_slots.Length - 1))];
        var tag = hash & ~TimeMask;
        var now = (ulong)nowMilliseconds * 1000;

        var value = Volatile.Read(ref slot);
        var untilEmpty = (value - now) & TimeMask;
        if ((value & ~TimeMask) != tag || untilEmpty > _allowance)
            untilEmpty = 0;
        if (untilEmpty + _interval > _allowance)
            return _slip != 0 && Interlocked.Increment(ref _slipCount) % _slip == 0 ? RateVerdict.Truncate : RateVerdict.Drop;
        Volatile.Write(ref slot, tag | ((now + untilEmpty + _interval) & TimeMask));
        return RateVerdict.Answer;
    }
}

public enum RateVerdict
{
    Answer,

    /// <summary>Over the limit: answer with TC and nothing else.</summary>
    Truncate,

    /// <summary>Over the limit: no answer.</summary>
    Drop,
}
