namespace HomeCloud.Bench.Systems;

internal enum Role
{
    /// <summary>Answers for the zone from its own data.</summary>
    Local,

    /// <summary>Forwards all names to the scripted upstream, with its cache on.</summary>
    Forward,
}
