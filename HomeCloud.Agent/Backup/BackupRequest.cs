using HomeCloud.Net.Options;
using HomeCloud.Registry;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Agent.Backup.BackupRequest>;

namespace HomeCloud.Agent.Backup;

/// <summary>What <c>backup</c> or <c>restore</c> is asked for.</summary>
public sealed class BackupRequest
{
    /// <summary>The backup; <c>-</c> is standard output, or input.</summary>
    public string File { get; set; } = "";

    public bool Restores { get; init; }

    public string DataDirectory { get; set; } = RegistryOptions.DefaultDataDirectory;

    /// <summary>Of the agent that must not run while files are restored.</summary>
    public string ControlSocket { get; set; } = "/run/homecloud/agent.sock";

    public bool Json { get; set; }

    /// <summary>Also the data of servers.</summary>
    public bool WithVolumes { get; set; }

    /// <summary>What the agent is told of too: environment and JSON file set them as they do there.</summary>
    public static OptionRow<BackupRequest>[] SharedRows =>
    [
        Text("data-dir", "DIRECTORY", "The agent's data. Default: /var/lib/homecloud.", (r, v) => r.DataDirectory = v, 'd'),
        Text("control-socket", "PATH", "The agent that must not run during a restore. Default: /run/homecloud/agent.sock.", (r, v) => r.ControlSocket = v),
    ];

    public static OptionRow<BackupRequest>[] Rows =>
    [
        .. SharedRows,
        Flag("with-volumes", "The servers' volumes too; servers that run stand still while theirs are copied.", r => r.WithVolumes = true),
        Flag("json", "Print what was done as JSON.", r => r.Json = true),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate() => !Restores && Json && File == "-"
        ? ["--json and the backup cannot both go to standard output: set a file instead of -"]
        : [];
}
