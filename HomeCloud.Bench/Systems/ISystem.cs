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
