using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Naming;

namespace HomeCloud.Agent.Servers.Records;

/// <summary>Aliases and expiry that were changed after a container was made: they take the place of its labels. Durable before a change returns.</summary>
public sealed partial class SettingsBook : IContainerSettings
{
    private readonly string _path;
    private readonly Lock _lock = new();
    private volatile ImmutableDictionary<string, ImmutableDictionary<string, string>> _byId;
    private ImmutableHashSet<string> _seen = [];

    public SettingsBook(string path)
    {
        _path = path;
        var file = DurableFile.Read(path, SettingsFile.CurrentVersion, SettingsJson.Default.SettingsFile, out var setAside);
        SetAside = setAside;
        _byId = (file?.Containers ?? []).ToImmutableDictionary(pair => pair.Key, pair => (pair.Value ?? []).ToImmutableDictionary());
    }

    public event Action? Changed;

    /// <summary>Where an unreadable book was put at the start; null when all was well.</summary>
    public string? SetAside { get; }

    public ImmutableDictionary<string, ImmutableDictionary<string, string>> ById => _byId;

    /// <summary>An empty value is no label.</summary>
    /// <exception cref="IOException">It could not be written, and does not count.</exception>
    public void Set(string container, IEnumerable<KeyValuePair<string, string>> labels)
    {
        lock (_lock)
            Save(_byId.SetItem(container, _byId.GetValueOrDefault(container, ImmutableDictionary<string, string>.Empty).SetItems(labels)));
        Changed?.Invoke();
    }

    /// <summary>What is set of a container that is gone is forgotten; only of one that this process has seen.</summary>
    /// <param name="containers">Ids of all, those set aside among them.</param>
    public void KeepOnly(IEnumerable<string> containers)
    {
        lock (_lock)
        {
            var now = containers.ToImmutableHashSet();
            var gone = _byId.Keys.Where(id => _seen.Contains(id) && !now.Contains(id)).ToList();
            _seen = now;
            if (gone.Count > 0)
                Save(_byId.RemoveRange(gone));
        }
    }

    private void Save(ImmutableDictionary<string, ImmutableDictionary<string, string>> next)
    {
        var file = new SettingsFile { Containers = next.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(pair => pair.Key, pair => (Dictionary<string, string>?)pair.Value.ToDictionary()) };
        DurableFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(file, SettingsJson.Default.SettingsFile));
        _byId = next;
    }

    /// <summary>The layout of <c>settings.json</c>. Properties are set, not initialized: the source generator would lose their defaults.</summary>
    internal sealed class SettingsFile
    {
        /// <summary>Raised when an older program would misread the file; fields that may be ignored do not raise it.</summary>
        public const int CurrentVersion = 1;

        public int Version { get; set; } = CurrentVersion;

        /// <summary>Container id → label → value.</summary>
        public Dictionary<string, Dictionary<string, string>?>? Containers { get; set; }
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
    [JsonSerializable(typeof(SettingsFile))]
    private sealed partial class SettingsJson : JsonSerializerContext;
}
