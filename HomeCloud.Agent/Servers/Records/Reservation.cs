using System.Net;

namespace HomeCloud.Agent.Servers.Records;

/// <summary>What a name keeps while its container comes and goes.</summary>
/// <param name="Address">IPv4 address; null until one was given.</param>
/// <param name="Mac">Link-layer address, <c>02:…</c> (locally administered).</param>
/// <param name="Storage">Prefix of its volumes' names. It stays when the server is renamed, so that the data stays too.</param>
/// <param name="LastUsed">When a container last had it, in UTC.</param>
/// <param name="Container">Id of the container that has it, or had it last; null until there was one. The reservation follows it through every rename.</param>
public sealed record Reservation(IPAddress? Address, string Mac, string Storage, DateTimeOffset LastUsed, string? Container = null);

/// <summary>The layout of <c>reservations.json</c>. Properties are set, not initialized: the source generator would lose their defaults.</summary>
internal sealed class ReservationFile
{
    /// <summary>Raised when an older program would misread the file; fields that may be ignored do not raise it.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; set; } = CurrentVersion;

    public Dictionary<string, Item> Servers { get; set; } = [];

    internal sealed record Item(string? Address, string Mac, string Storage, DateTimeOffset LastUsed, string? Container = null);
}
