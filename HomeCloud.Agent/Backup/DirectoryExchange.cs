using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Net.Files;
using HomeCloud.Net.Files.Native;
using HomeCloud.Registry;

namespace HomeCloud.Agent.Backup;

/// <summary>
/// Puts new content in the place of a folder's old content, all of it or nothing, whenever the power goes. The folder may be a mount
/// point, so its entries are exchanged one by one: what is to move is written down first, the old entries are kept until the new
/// ones are in place, and until that is written down too, <see cref="Recover"/> moves everything back.
/// </summary>
internal sealed partial class DirectoryExchange : IDisposable
{
    public const string FolderName = ".restore";
    public const string LockName = ".restore.lock";

    /// <summary>mkfs(8) makes it in the root of a file system; it is nobody's content.</summary>
    private const string LostAndFound = "lost+found";

    private readonly string _directory;
    private readonly FileStream _lock;
    private bool _cut;

    private DirectoryExchange(string directory, FileStream held) => (_directory, _lock) = (directory, held);

    /// <summary>Where the new content is made ready.</summary>
    public string Fresh => In("new");

    /// <summary>Called before each step; what it throws is a power cut: nothing more is done.</summary>
    internal Action<string>? OnStep { get; init; }

    private string Old => In("old");

    private string Plan => In("plan.json");

    private string Done => In("done");

    /// <summary>Whether an entry of the folder is content; else it is our own means, or this machine's and no other's.</summary>
    public static bool IsContent(string name) => name is not (FolderName or LockName or LostAndFound or RegistryOptions.PlaceFile);

    /// <param name="directory">Whose content will be exchanged; made when missing.</param>
    /// <param name="onStep">For tests.</param>
    /// <exception cref="IOException">Another restore runs, or what an earlier one left cannot be put right.</exception>
    public static DirectoryExchange Begin(string directory, Action<string>? onStep = null)
    {
        Directory.CreateDirectory(directory);
        var exchange = new DirectoryExchange(directory, Lock(directory)) { OnStep = onStep };
        try
        {
            exchange.PutRight();
            Directory.CreateDirectory(exchange.Fresh);
            Directory.CreateDirectory(exchange.Old);
            return exchange;
        }
        catch
        {
            exchange.Dispose();
            throw;
        }
    }

    /// <summary>Ends an exchange that was cut off: the old content is there again, or the new one stays.</summary>
    /// <returns>False when there was nothing to do.</returns>
    /// <exception cref="IOException">An exchange is under way, or a file cannot be moved.</exception>
    public static bool Recover(string directory)
    {
        if (!Directory.Exists(Path.Combine(directory, FolderName)))
            return false;
        using var exchange = new DirectoryExchange(directory, Lock(directory));
        exchange.PutRight();
        return true;
    }

    /// <exception cref="IOException">An entry cannot be moved; everything is as it was before.</exception>
    public void Commit()
    {
        if (Directory.EnumerateFileSystemEntries(Fresh).Select(path => Path.GetFileName(path)).FirstOrDefault(name => !IsContent(name)) is { } strange)
            throw new InvalidDataException($"the backup holds '{strange}', which no data directory contains");
        var plan = new MovePlan([.. Names(_directory)], [.. Names(Fresh)]);
        foreach (var folder in Directory.EnumerateDirectories(Fresh, "*", SearchOption.AllDirectories).Append(Fresh))
            DirectorySync.Flush(folder);
        Step("plan");
        AtomicFile.Write(Plan, JsonSerializer.SerializeToUtf8Bytes(plan, MovePlanJson.Default.MovePlan));
        try
        {
            foreach (var name in plan.Old)
                Move(_directory, Old, name);
            foreach (var name in plan.New)
                Move(Fresh, _directory, name);
            foreach (var folder in (string[])[_directory, Old, Fresh])
                DirectorySync.Flush(folder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            RollBack(plan);
            Forget();
            throw new IOException(
                $"{_directory} cannot be replaced, and is unchanged: {problem.Message}. A file or folder in it that is a mount of its own cannot be replaced: restore without that mount, or into another folder with --data-dir.",
                problem);
        }

        Step("done");
        AtomicFile.Write(Done, []);
        Forget();
    }

    public void Dispose()
    {
        try
        {
            if (!_cut && Directory.Exists(In("")) && !File.Exists(Plan))
                Forget();
        }
        finally
        {
            File.Delete(_lock.Name);
            _lock.Dispose();
        }
    }

    private void PutRight()
    {
        // The directory's owner may be another than who restores: entries are moved where these folders are, and nowhere else.
        foreach (var folder in (string[])[In("").TrimEnd('/'), Old, Fresh])
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
                throw new IOException($"{folder} is a link; remove it.");
        }

        if (!Directory.Exists(In("")))
            return;
        if (!File.Exists(Done) && File.Exists(Plan) && JsonSerializer.Deserialize(File.ReadAllBytes(Plan), MovePlanJson.Default.MovePlan) is { } plan)
            RollBack(plan);
        Forget();
    }

    /// <summary>Whatever had been moved; safe to be cut off and done again.</summary>
    private void RollBack(MovePlan plan)
    {
        var (here, notMoved, kept) = (Names(_directory).ToHashSet(), Names(Fresh).ToHashSet(), Names(Old).ToHashSet());
        foreach (var name in plan.New.Where(name => !notMoved.Contains(name) && here.Contains(name)))
            Move(_directory, Fresh, name);
        foreach (var name in plan.Old.Where(kept.Contains))
            Move(Old, _directory, name);
        DirectorySync.Flush(_directory);
    }

    /// <summary>
    /// The plan goes first: with it and without the folders, entries that are in place would be taken for new ones and moved back. The
    /// mark that all is done goes last: until then what is left is only rubbish.
    /// </summary>
    private void Forget()
    {
        Step("forget");
        File.Delete(Plan);
        DirectorySync.Flush(In(""));
        foreach (var folder in (string[])[Old, Fresh])
        {
            Step("forget");
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }

        Step("forget");
        Directory.Delete(In(""), recursive: true);
        DirectorySync.Flush(_directory);
    }

    private void Move(string from, string to, string name)
    {
        Step(name);
        var (source, target) = (Path.Combine(from, name), Path.Combine(to, name));
        if (Directory.Exists(source) && new DirectoryInfo(source).LinkTarget is null)
            Directory.Move(source, target);
        else
            File.Move(source, target, overwrite: true);
    }

    private void Step(string what)
    {
        try
        {
            OnStep?.Invoke(what);
        }
        catch
        {
            _cut = true;
            throw;
        }
    }

    private static IEnumerable<string> Names(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)).Where(IsContent).Order(StringComparer.Ordinal)
        : [];

    private static FileStream Lock(string directory)
    {
        var file = Path.Combine(directory, LockName);
        if (new FileInfo(file).LinkTarget is not null)
            throw new IOException($"{file} is a link; remove it.");
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem)
        {
            throw new IOException($"a restore of {directory} is running; wait until it ends.", problem);
        }
    }

    private string In(string name) => Path.Combine(_directory, FolderName, name);

    private sealed record MovePlan(IReadOnlyList<string> Old, IReadOnlyList<string> New);

    [JsonSerializable(typeof(MovePlan))]
    private sealed partial class MovePlanJson : JsonSerializerContext;
}
