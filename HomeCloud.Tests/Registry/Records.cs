using System.Collections.Immutable;
using System.Net;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Registry;

/// <summary>Records as tests need them.</summary>
internal static class Records
{
    public static readonly DateTimeOffset Since = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static NameRecord Record(string owner, string name, params string[] addresses) => new()
    {
        Name = name,
        Owner = owner,
        Addresses = [.. addresses.Select(IPAddress.Parse)],
        Since = Since,
    };

    /// <summary>A record with every field set to something other than its default.</summary>
    public static NameRecord Full(string owner, string name) => new()
    {
        Name = name,
        Owner = owner,
        Addresses = [IPAddress.Parse("192.168.1.50"), IPAddress.Parse("fd00::50")],
        State = RecordState.Paused,
        Since = Since,
        Ttl = 0,
        Reverse = false,
        Explanation = "it's paused: \"später\" <zzz>",
        Services = [new ServiceEndpoint("http", "tcp", 8080), new ServiceEndpoint("sip", "udp", 5060, 10, 20)],
        Attributes = ImmutableSortedDictionary<string, string>.Empty.Add(RecordAttributes.Image, "debian:12").Add(RecordAttributes.Container, "Airplay_1"),
    };

    public static IEnumerable<NameRecord> Many(string owner, int count, int salt = 0) =>
        Enumerable.Range(0, count).Select(i => Record(owner, $"{owner}-{i}", $"10.{salt & 255}.{i >> 8}.{i & 255}"));
}
