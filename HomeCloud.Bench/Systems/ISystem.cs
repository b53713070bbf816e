using System.Net;

namespace HomeCloud.Bench.Systems;

/// <summary>One DNS server under test: writes its configuration into a directory of its own, and says how to start it in the foreground.</summary>
internal interface ISystem
{
    /// <summary>Short name for tables and <c>--systems</c>.</summary>
    string Name { get; }

    /// <summary>The program, looked up in PATH and the sbin directories; not there means not measured.</summary>
    string Program { get; }

    /// <summary>Makes it print its version; empty when the file itself carries it.</summary>
    string VersionArgument { get; }

    /// <summary>Null when it cannot play this role (a server that does not forward, say).</summary>
    SystemCommand? Configure(Role role, string directory, IPEndPoint listen, string? names, IPEndPoint? upstream);
}

internal enum Role
{
    /// <summary>Answers for the zone from its own data.</summary>
    Local,

    /// <summary>Forwards all names to the scripted upstream, with its cache on.</summary>
    Forward,
}

/// <param name="Program">What to start.</param>
/// <param name="Arguments">For the foreground, one process.</param>
internal sealed record SystemCommand(string Program, params IReadOnlyList<string> Arguments)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What has to be done once it runs and before it can answer; null for nothing.</summary>
    public Action? SetUp { get; init; }

    /// <summary>Whether its threads choose their own processor and have to be moved back after the start.</summary>
    public bool Repin { get; init; }
}
