using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Naming;
using HomeCloud.Commands;
using HomeCloud.Net.Files;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Backup;

/// <summary><c>backup FILE</c> and <c>restore FILE</c>; <c>-</c> is standard output or input.</summary>
public static partial class BackupCommand
{
    /// <param name="request">What to do, and with which file.</param>
    /// <param name="output">For JSON.</param>
    /// <param name="error">For problems, and for what was done.</param>
    /// <param name="cancellationToken">Gives up; a restore then has changed nothing.</param>
    public static async Task<int> RunAsync(BackupRequest request, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var (file, directory) = (request.File, request.DataDirectory);
        try
        {
            var (count, leftOut) = request.Restores ? (await RestoreAsync(request, cancellationToken), []) : await BackUpAsync(directory, file, cancellationToken);
            if (leftOut.Count > 0)
                await error.WriteLineAsync(PlainText.Lines($"Not in the backup, because they are links or other special files: {string.Join(", ", leftOut)}."));
            if (request.Json)
                await output.WriteLineAsync(JsonSerializer.Serialize(new Result(file, directory, count), BackupResultJson.Default.Result));
            else
                await error.WriteLineAsync(request.Restores ? $"{count} files are restored to {directory}." : $"{count} files of {directory} are in {(file == "-" ? "the backup" : file)}.");
            return ExitCodes.Success;
        }
        catch (InvalidDataException problem)
        {
            throw new UserErrorException(Plain(problem), "Nothing was changed. Set a file that 'homecloud backup' wrote.", ExitCodes.Failure);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new UserErrorException(Plain(problem), "Run it as root.", ExitCodes.Refused);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserErrorException(Plain(problem), "Check the path.", ExitCodes.NotFound);
        }
        catch (IOException problem)
        {
            throw new UserErrorException(Plain(problem), "", ExitCodes.Failure);
        }
    }

    /// <summary>The names in it come from the archive, or from any user who can write to the directory.</summary>
    private static string Plain(Exception problem) => PlainText.Lines(problem.Message).TrimEnd('.') + ".";

    private static async Task<(int Files, IReadOnlyList<string> LeftOut)> BackUpAsync(string directory, string file, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
            throw new UserErrorException($"there is no data directory {directory}.", "Set it with --data-dir.", ExitCodes.NotFound);
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

    private static async Task<int> RestoreAsync(BackupRequest request, CancellationToken cancellationToken)
    {
        if (UnixSocket.IsAlive(request.ControlSocket))
        {
            throw new UserErrorException(
                $"an agent runs (it answers at {request.ControlSocket}) and would overwrite the restored files.",
                "Stop it first: docker compose stop agent, or: sudo systemctl stop homecloud-agent",
                ExitCodes.Conflict);
        }

        var directory = request.DataDirectory;
        using var exchange = DirectoryExchange.Begin(directory);
        int count;
        await using (var input = request.File == "-" ? Console.OpenStandardInput() : File.OpenRead(request.File))
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
