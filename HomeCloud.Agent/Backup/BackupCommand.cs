using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Docker;
using HomeCloud.Agent.Naming;
using HomeCloud.Commands;
using HomeCloud.Net.Files;
using HomeCloud.Net.Machine;

namespace HomeCloud.Agent.Backup;

/// <summary><c>backup FILE</c> and <c>restore FILE</c>; <c>-</c> is standard output or input.</summary>
public static partial class BackupCommand
{
    /// <param name="request">What to do, and with which file.</param>
    /// <param name="open">The servers' volumes, when they are wanted.</param>
    /// <param name="output">For JSON.</param>
    /// <param name="error">For problems, and for what was done.</param>
    /// <param name="cancellationToken">Gives up; a restore then has changed nothing.</param>
    internal static async Task<int> RunAsync(BackupRequest request, Func<IVolumeStore> open, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var (file, directory) = (request.File, request.DataDirectory);
        try
        {
            await using var store = request.WithVolumes ? open() : null;
            void Tell(string volume, long bytes) => error.WriteLine(PlainText.Lines(string.Create(CultureInfo.InvariantCulture, $"{volume}  {bytes / (1 << 20)} MiB")));
            var done = request.Restores ? await RestoreAsync(request, store, Tell, cancellationToken) : await BackUpAsync(directory, file, store, Tell, cancellationToken);
            if (request.Json)
            {
                await output.WriteLineAsync(JsonSerializer.Serialize(new Result(file, directory, done.Files, done.Volumes, done.NotInIt), BackupResultJson.Default.Result));
                return ExitCodes.Success;
            }

            var volumes = done.Volumes == 0 ? "" : $" and {done.Volumes} volumes";
            await error.WriteLineAsync(request.Restores ? $"{done.Files} files are restored to {directory}{(volumes.Length > 0 ? volumes + " to Docker" : "")}." : $"{done.Files} files of {directory}{volumes} are in {(file == "-" ? "the backup" : file)}.");
            foreach (var missing in done.NotInIt)
                await error.WriteLineAsync(PlainText.Lines($"{(request.Restores ? "Not restored" : "Not in it")}: {missing}."));
            return ExitCodes.Success;
        }
        catch (DockerException problem)
        {
            throw new UserErrorException(Plain(problem), "Nothing was changed. Docker must run, and you must be allowed to use it: --with-volumes asks it for the servers' data.", ExitCodes.Away);
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

    private static async Task<BackupOutcome> BackUpAsync(string directory, string file, IVolumeStore? store, Action<string, long> tell, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
            throw new UserErrorException($"there is no data directory {directory}.", "Set it with --data-dir.", ExitCodes.NotFound);
        DirectoryExchange.Recover(directory);
        var all = store is null ? [] : await store.ListAsync(cancellationToken);
        (IReadOnlyList<StoredVolume> Taken, VolumeArchive Archive)? volumes = store is null ? null : ([.. all.Where(volume => volume.IsOurs)], new VolumeArchive(store, tell));
        var written = (Files: 0, LeftOut: (IReadOnlyList<string>)[]);
        if (file == "-")
        {
            await using var output = Console.OpenStandardOutput();
            written = await BackupArchive.WriteAsync(directory, output, TimeProvider.System, volumes, cancellationToken);
        }
        else
        {
            // It holds keys and password hashes. An older backup of that name stays until this one is complete.
            await AtomicFile.WriteAsync(file, async output => written = await BackupArchive.WriteAsync(directory, output, TimeProvider.System, volumes, cancellationToken), secret: true);
        }

        return new BackupOutcome(written.Files, volumes?.Archive.Count ?? 0, [.. NotInIt(all, store is not null, written.LeftOut)]);
    }

    private static IEnumerable<string> NotInIt(IReadOnlyList<StoredVolume> all, bool withVolumes, IReadOnlyList<string> leftOut)
    {
        if (!withVolumes)
            yield return "the servers' data, which --with-volumes takes";
        if (all.Where(volume => !volume.IsOurs).Select(volume => volume.Name).ToList() is { Count: > 0 } others)
            yield return $"volumes that HomeCloud did not create: {string.Join(", ", others)}";
        yield return "images, files of servers outside their volumes, and folders of the machine";
        if (leftOut.Count > 0)
            yield return $"links and other special files of the data directory: {string.Join(", ", leftOut)}";
    }

    private static async Task<BackupOutcome> RestoreAsync(BackupRequest request, IVolumeStore? store, Action<string, long> tell, CancellationToken cancellationToken)
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
        IReadOnlyList<string> inIt = [];
        var volumes = store is null ? null : new VolumeArchive(store, tell);
        try
        {
            int count;
            await using (var input = request.File == "-" ? Console.OpenStandardInput() : File.OpenRead(request.File))
                count = await BackupArchive.ReadAsync(input, exchange.Fresh, CheckAsync, volumes, cancellationToken);
            await KeepOwnerAsync(exchange.Fresh, directory, cancellationToken);
            // All of it is good: only now does anything change.
            exchange.Commit();
            return new BackupOutcome(count, volumes?.Count ?? 0, volumes is null && inIt.Count > 0 ? [$"{inIt.Count} volumes with the servers' data, which --with-volumes restores"] : []);
        }
        catch when (volumes is not null)
        {
            if (await volumes.TakeBackAsync() is { Count: > 0 } left)
                throw new IOException($"the restore failed, and these new volumes are left; remove them: docker volume rm {string.Join(' ', left)}");
            throw;
        }

        async Task CheckAsync(IReadOnlyList<string> names)
        {
            inIt = names;
            if (store is null)
                return;
            var there = (await store.ListAsync(cancellationToken)).Select(volume => volume.Name).Intersect(names).ToList();
            if (there.Count > 0)
                throw new UserErrorException($"these volumes exist already: {PlainText.Lines(string.Join(", ", there))}.", $"Restored data never replaces data. Remove them first (homecloud rm --volumes NAME, or docker volume rm {there[0]}), or restore without --with-volumes.", ExitCodes.Conflict);
        }
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
    private sealed record Result(string File, string Directory, int Files, int Volumes, IReadOnlyList<string> NotInIt);

    private sealed record BackupOutcome(int Files, int Volumes, IReadOnlyList<string> NotInIt);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Result))]
    private sealed partial class BackupResultJson : JsonSerializerContext;
}
