namespace HomeCloud.Tests.Lab;

/// <summary>Labs measure, so nothing else runs beside them.</summary>
internal static class LabCollections
{
    public const string Embedded = "the lab, one process";
    public const string Redis = "the lab, with Redis";
    public const string TwoServers = "the lab, two servers";
    public const string OnTheirOwn = "labs made by the scenario itself";
}
