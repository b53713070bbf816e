using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HomeCloud.Agent.Servers.Records;

/// <summary>
/// Which servers are between two containers now. Written before anything is done, crossed out when the new container is up or the
/// old one is back: whatever is killed in between, the next start finishes it.
/// </summary>
public sealed partial class ChangeBook
{
    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, ServerProblem> _stuck = new(StringComparer.Ordinal);
    private volatile ImmutableDictionary<string, OpenChange> _open;

    public ChangeBook(string path)
    {
        _path = path;
        var file = DurableFile.Read(path, ChangeFile.CurrentVersion, ChangeJson.Default.ChangeFile, out var setAside);
        SetAside = setAside;
        _open = (file?.Open ?? []).Where(pair => pair.Value is not null).ToImmutableDictionary(pair => pair.Key, pair => pair.Value);
    }

    /// <summary>Where an unreadable book was put at the start; null when all was well.</summary>
    public string? SetAside { get; }

    /// <summary>By server.</summary>
    public ImmutableDictionary<string, OpenChange> Open => _open;

    /// <summary>Why a server may not be touched now; null when it may.</summary>
    public ServerProblem? Busy(string server)
    {
        if (!_open.ContainsKey(server))
            return null;
        return _stuck.TryGetValue(server, out var why)
            ? new ServerProblem(ProblemCode.Busy, $"{server} is between two containers: {why.Message}", why.Fix)
            : new ServerProblem(ProblemCode.Busy, $"{server} is being changed.", "Wait until that ends.");
    }

    /// <summary>Keeps why a change could not be ended, for who asks meanwhile.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Stuck(string server, ServerProblem why)
    {
        var isNews = !_stuck.TryGetValue(server, out var before) || before.Message.ToString() != why.Message.ToString();
        _stuck[server] = why;
        return isNews;
    }

    /// <exception cref="IOException">It could not be written, and does not count.</exception>
    public void Put(string server, OpenChange change) => Save(open => open.SetItem(server, change));

    /// <exception cref="IOException">It could not be written, and is still open.</exception>
    public void Close(string server)
    {
        Save(open => open.Remove(server));
        _stuck.TryRemove(server, out _);
    }

    private void Save(Func<ImmutableDictionary<string, OpenChange>, ImmutableDictionary<string, OpenChange>> change)
    {
        lock (_lock)
        {
            var next = change(_open);
            DurableFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(new ChangeFile { Open = next.ToDictionary() }, ChangeJson.Default.ChangeFile));
            _open = next;
        }
    }

    /// <summary>The layout of <c>changes.json</c>. Properties are set, not initialized: the source generator would lose their defaults.</summary>
    internal sealed class ChangeFile
    {
        /// <summary>Raised when an older program would misread the file; fields that may be ignored do not raise it.</summary>
        public const int CurrentVersion = 1;

        public int Version { get; set; } = CurrentVersion;

        public Dictionary<string, OpenChange>? Open { get; set; }
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
    [JsonSerializable(typeof(ChangeFile))]
    private sealed partial class ChangeJson : JsonSerializerContext;
}

/// <summary>A server between two containers.</summary>
/// <param name="Old">Id of the container that has its name before the change, and again if the new one does not come up.</param>
/// <param name="WasRunning">Whether it ran.</param>
/// <param name="IsFresh">Whether the other container is made for this change, and removed if it fails; else it is one of before.</param>
public sealed record OpenChange(string Old, bool WasRunning, bool IsFresh);
