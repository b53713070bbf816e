namespace HomeCloud.Dns.Zones;

/// <summary>Where the zones' content comes from, for a person who asks <c>check.home</c>.</summary>
public interface IZoneSourceStatus
{
    /// <summary>False until every source has delivered its first content: unknown names are then not yet known to be missing.</summary>
    bool IsReady { get; }

    /// <summary>One line a source: whether it can be reached, and since when.</summary>
    IEnumerable<string> Describe();
}
