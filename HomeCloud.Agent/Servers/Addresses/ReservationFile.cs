namespace HomeCloud.Agent.Servers.Addresses;

/// <summary>The layout of <c>reservations.json</c>.</summary>
internal sealed class ReservationFile
{
    /// <summary>Raised when an older program would misread the file; fields that may be ignored do not raise it.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    public Dictionary<string, Item> Servers { get; init; } = [];

    internal sealed record Item(string? Address, string Mac, string Storage, DateTimeOffset LastUsed, string? Container = null);
}
