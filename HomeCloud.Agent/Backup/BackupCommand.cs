using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Naming;
using HomeCloud.Net.Files;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Backup;

/// <summary><c>backup FILE</c> and <c>restore FILE</c>; <c>-</c> is standard output or input.</summary>
public static partial class BackupCommand
{
    public const string Usage = """
        homecloud backup FILE|- [--data-dir DIRECTORY] [--json]
        homecloud restore FILE|- [--data-dir DIRECTORY] [--control-socket PATH] [--json]

        Names, addresses, history, keys and settings in one file, and back, while no agent runs. Restored is
        all of it or nothing: also when the power goes meanwhile, then the next start puts it right.

          FILE|-                 the backup; - is standard output, or input
          --data-dir DIRECTORY   the agent's data (HOMECLOUD_DATA_DIR, or /var/lib/homecloud)
          --control-socket PATH  the agent that must not run (/run/homecloud/agent.sock)
          --json                 what was done, for scripts
        """;

    private const int UsageError = 2;

    /// <param name="arguments"><c>backup</c> or <c>restore</c> and what follows.</param>
    /// <param name="directory">The data directory, unless one is named.</param>
    /// <param name="controlSocket">The agent's, unless one is named.</param>
    /// <param name="output">For the help, and for JSON.</param>
    /// <param name="error">For problems, and for what was done.</param>
    /// <param name="cancellationToken">Gives up; a restore then has changed nothing.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, string directory, string controlSocket, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (arguments.Contains("--help") || arguments.Contains("-h"))
        {
            await output.WriteLineAsync(Usage);
            return 0;
        }

        string? file = null;
        var json = false;
        for (var i = 1; i < arguments.Count; i++)
        {
            if (arguments[i] is "--data-dir" && i + 1 < arguments.Count)
                directory = arguments[++i];
            else if (arguments[i] is "--control-socket" && i + 1 < arguments.Count)
                controlSocket = arguments[++i];
            else if (arguments[i] is "--json")
                json = true;
            else if (file is null && (arguments[i] == "-" || !arguments[i].StartsWith('-')))
                file = arguments[i];
            else
                file = "";
        }

        if (string.IsNullOrEmpty(file))
        {
            await error.WriteLineAsync(Usage);
            return UsageError;
        }

        var backs = arguments[0] == "backup";
        if (backs && json && file == "-")
        {
            await error.WriteLineAsync("homecloud: --json and the backup cannot both go to standard output; set a file instead of -.");
            return UsageError;
        }

        try
        {
            var (count, leftOut) = backs ? await BackUpAsync(directory, file, cancellationToken) : (await RestoreAsync(directory, controlSocket, file, cancellationToken), []);
            if (leftOut.Count > 0)
                await error.WriteLineAsync(PlainText.Lines($"Not in the backup, because they are links or other special files: {string.Join(", ", leftOut)}."));
            if (json)
                await output.WriteLineAsync(JsonSerializer.Serialize(new Result(file, directory, count), BackupResultJson.Default.Result));
            else
                await error.WriteLineAsync(backs ? $"{count} files of {directory} are in {(file == "-" ? "the backup" : file)}." : $"{count} files are restored to {directory}.");
            return 0;
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // The names in it come from the archive, or from any user who can write to the directory.
            await error.WriteLineAsync("homecloud: " + PlainText.Lines(problem.Message));
            return 1;
        }
    }

    private static async Task<(int Files, IReadOnlyList<string> LeftOut)> BackUpAsync(string directory, string file, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
            throw new IOException($"there is no data directory {directory}; set it with --data-dir.");
        DirectoryExchange.Recover(directory);
        if (file == "-")
        {
            await using var output = Console.OpenStandardOutput();
            return await BackupArchive.WriteAsync(directory, output, TimeProvider.System, cancellationToken);
        }
        else
        {
            // It holds keys and password hashes. An older backup of that name stays until this one is complete.
            (int, IReadOnlyList<string>) written = default;
            await AtomicFile.WriteAsync(file, async output => written = await BackupArchive.WriteAsync(directory, output, TimeProvider.System, cancellationToken), secret: true);
            return written;
        }
    }

    private static async Task<int> RestoreAsync(string directory, string controlSocket, string file, CancellationToken cancellationToken)
    {
        if (UnixSocket.IsAlive(controlSocket))
            throw new IOException($"an agent runs (it answers at {controlSocket}) and would overwrite the restored files; stop it first:  docker compose stop agent   or   sudo systemctl stop homecloud-agent");

        using var exchange = DirectoryExchange.Begin(directory);
        int count;
        await using (var input = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file))
            count = await BackupArchive.ReadAsync(input, exchange.Fresh, cancellationToken);
        await KeepOwnerAsync(exchange.Fresh, directory, cancellationToken);
        // All of it is good: only now does anything change.
        exchange.Commit();
        return count;
    }

    /// <summary>Restored by root, the files still belong to whom the directory belongs; .NET has no chown, coreutils does.</summary>
    private static async Task KeepOwnerAsync(string fresh, string directory, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
            return;
        using var chown = Process.Start("chown", ["-R", "--reference=" + directory, "--", fresh]);
        await chown.WaitForExitAsync(cancellationToken);
        if (chown.ExitCode != 0)
            throw new IOException($"the restored files cannot be given to the owner of {directory}; nothing was changed.");
    }

    /// <summary>What <c>--json</c> prints.</summary>
    private sealed record Result(string File, string Directory, int Files);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Result))]
    private sealed partial class BackupResultJson : JsonSerializerContext;
}
