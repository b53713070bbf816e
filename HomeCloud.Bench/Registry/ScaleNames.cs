using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using HomeCloud.Registry;

namespace HomeCloud.Bench.Registry;

/// <summary>The names of the simulated home: each agent has as many, with as much about each as a real container has.</summary>
internal static class ScaleNames
{
    private static readonly ImmutableSortedDictionary<string, string> Facts = NameRecord.NoAttributes
        .Add(RecordAttributes.ContainerId, "8a1f0c9d2b7e")
        .Add(RecordAttributes.Container, "shairport")
        .Add(RecordAttributes.Image, "registry.example/shairport-sync:4")
        .Add(RecordAttributes.Host, "server")
        .Add(RecordAttributes.Network, "lan");

    public static string Owner(int agent) => string.Create(CultureInfo.InvariantCulture, $"agent{agent}");

    /// <param name="agent">From 0 to 255.</param>
    /// <param name="name">From 0 to 65535.</param>
    /// <param name="version">0 or 1: the address before and after a change.</param>
    public static NameRecord Record(int agent, int name, int version) => new()
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"container-{name}.agent{agent}"),
        Owner = Owner(agent),
        Addresses = [new IPAddress([(byte)(10 + version), (byte)agent, (byte)(name >> 8), (byte)name])],
        Since = DateTimeOffset.UnixEpoch.AddDays(20000).AddSeconds(version),
        Attributes = Facts,
    };
}
