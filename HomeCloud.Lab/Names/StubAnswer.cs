using System.Collections.Immutable;
using System.Net;

namespace HomeCloud.Lab.Names;

/// <summary>What a stub resolver learned.</summary>
/// <param name="Code">RCODE: 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, …; -1 when nobody answered in time.</param>
/// <param name="Addresses">Of A and AAAA records, in order of the bytes so that sets compare.</param>
/// <param name="Names">Targets of PTR records, with a trailing dot.</param>
public sealed record StubAnswer(int Code, ImmutableArray<IPAddress> Addresses, ImmutableArray<string> Names)
{
    public const int NoError = 0;
    public const int NameError = 3;
    public const int Nobody = -1;

    public static StubAnswer Timeout { get; } = new(Nobody, [], []);

    public bool Is(params IEnumerable<IPAddress> addresses) => Code == NoError && Addresses.ToHashSet().SetEquals(addresses);

    public bool IsName(string name) => Code == NoError && Names is [var only] && string.Equals(only, name, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Code switch
    {
        Nobody => "no answer",
        NoError when Addresses.IsEmpty && Names.IsEmpty => "NODATA",
        NoError => string.Join(", ", [.. Addresses.Select(a => a.ToString()), .. Names]),
        NameError => "NXDOMAIN",
        _ => $"RCODE {Code}",
    };
}
