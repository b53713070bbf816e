namespace HomeCloud.Agent.Servers.Addresses;

/// <summary>The layout of <c>reservations.json</c>.</summary>
internal sealed class ReservationFile
{
    public int Version { get; init; } = 1;

    public Dictionary<string, Item> Servers { get; init; } = [];

    internal sealed record Item(string? Address, string Mac, string Storage, DateTimeOffset LastUsed);
}
