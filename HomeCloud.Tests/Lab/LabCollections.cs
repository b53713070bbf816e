namespace HomeCloud.Tests.Lab;

/// <summary>Labs measure, so nothing else runs beside them.</summary>
internal static class LabCollections
{
    public const string Embedded = "the lab, one process";
    public const string Redis = "the lab, with Redis";
    public const string TwoServers = "the lab, two servers";
    public const string Docker26 = "the lab, docker-26";
    public const string Docker28 = "the lab, docker-28";
    public const string Docker29 = "the lab, docker-29";
    public const string Podman5 = "the lab, podman-5";
    public const string OnTheirOwn = "labs made by the scenario itself";
}
