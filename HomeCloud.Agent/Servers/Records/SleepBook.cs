using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Naming;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Agent.Servers.Records;

/// <summary>Who sleeps, and what was set by hand about it. Durable before a change returns: a power cut loses no sleeping name.</summary>
public sealed partial class SleepBook : ISleepers
{
    private readonly string _path;
    private readonly Lock _lock = new();
    private volatile Pages _pages;
    private volatile ImmutableDictionary<string, Asleep> _asleep;
    private Dictionary<string, string> _seen = [];

    public SleepBook(string path)
    {
        _path = path;
        _pages = Load(path, out var setAside);
        _asleep = Asleep(_pages);
        SetAside = setAside;
    }

    public event Action? Changed;

    /// <summary>Where an unreadable book was put at the start; null when all was well.</summary>
    public string? SetAside { get; }

    public ImmutableDictionary<string, Asleep> ById => _asleep;

    /// <summary>By container id.</summary>
    public ImmutableDictionary<string, Sleeper> Sleepers => _pages.Sleepers;

    /// <summary><c>15m</c> or <c>never</c>, as it was set by hand; null for what the label says.</summary>
    /// <param name="name">The server.</param>
    public string? Setting(string name) => _pages.Settings.GetValueOrDefault(name);

    /// <exception cref="IOException">It could not be written, and does not count.</exception>
    public void Set(string name, string? setting) =>
        Change(pages => pages with { Settings = setting is null ? pages.Settings.Remove(name) : pages.Settings.SetItem(name, setting) });

    /// <exception cref="IOException">It could not be written, and does not count.</exception>
    public void Put(string container, Sleeper sleeper) => Change(pages => pages with { Sleepers = pages.Sleepers.SetItem(container, sleeper) });

    /// <returns>Whether it slept.</returns>
    public bool Remove(string container)
    {
        var slept = _pages.Sleepers.ContainsKey(container);
        if (slept)
            Change(pages => pages with { Sleepers = pages.Sleepers.Remove(container) }, mayFail: false);
        return slept;
    }

    /// <summary>Nothing is kept of a server.</summary>
    public void Forget(string name) => Change(pages => pages with { Settings = pages.Settings.Remove(name) }, mayFail: false);

    /// <summary>What is set stays with a container that is renamed, by any program. One that is gone sleeps no more.</summary>
    public void Follow(IReadOnlyList<ContainerFacts> containers)
    {
        lock (_lock)
        {
            var now = containers.DistinctBy(container => container.Id).ToDictionary(container => container.Id, container => container.Name, StringComparer.Ordinal);
            var before = _seen;
            _seen = now;
            var renamed = now.Where(found => before.TryGetValue(found.Key, out var was) && was != found.Value && _pages.Settings.ContainsKey(was)).ToList();
            // Only what this process has seen: an engine that lists nothing, because its disk is not there yet, ends no sleep.
            var gone = _pages.Sleepers.Keys.Where(id => before.ContainsKey(id) && !now.ContainsKey(id)).ToList();
            if (renamed.Count == 0 && gone.Count == 0)
                return;
            Change(
                pages =>
                {
                    foreach (var (id, name) in renamed)
                        pages = pages with { Settings = pages.Settings.Remove(before[id]).SetItem(name, pages.Settings[before[id]]) };
                    return pages with { Sleepers = pages.Sleepers.RemoveRange(gone) };
                },
                mayFail: false);
        }
    }

    private void Change(Func<Pages, Pages> change, bool mayFail = true)
    {
        lock (_lock)
        {
            var next = change(_pages);
            try
            {
                Save(next);
            }
            catch (Exception exception) when (!mayFail && exception is IOException or UnauthorizedAccessException)
            {
                // A full disk keeps nobody awake or asleep that is not; the next change writes it.
            }

            _pages = next;
            _asleep = Asleep(next);
        }

        Changed?.Invoke();
    }

    private void Save(Pages pages)
    {
        var file = new SleepFile
        {
            Settings = pages.Settings.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(),
            Sleepers = pages.Sleepers.OrderBy(pair => pair.Value.Name, StringComparer.Ordinal).ToDictionary(
                pair => pair.Key,
                pair => new SleepFile.Item(
                    pair.Value.Name,
                    pair.Value.Asleep.Since,
                    [.. pair.Value.Asleep.Places.Select(place => new SleepFile.Place(place.Network, place.NetworkId, [.. place.Addresses.Select(address => address.ToString())], place.Mac))],
                    pair.Value.Asleep.WakeOn,
                    pair.Value.IsPaused,
                    pair.Value.MemoryBytes)),
        };
        DurableFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(file, SleepJson.Default.SleepFile));
    }

    private static Pages Load(string path, out string? setAside)
    {
        var file = DurableFile.Read(path, SleepFile.CurrentVersion, SleepJson.Default.SleepFile, out setAside);
        return new Pages(
            (file?.Settings ?? []).ToImmutableDictionary(),
            (file?.Sleepers ?? []).Where(pair => pair.Value is not null).ToImmutableDictionary(pair => pair.Key, pair => new Sleeper(
                pair.Value.Name ?? "",
                new Asleep(
                    pair.Value.Since,
                    [.. (pair.Value.Places ?? []).Select(place => new KeptPlace(place.Network ?? "", place.NetworkId ?? "", [.. (place.Addresses ?? []).Select(text => AddressText.TryParse(text, out var address) ? address : null).OfType<System.Net.IPAddress>()], place.Mac ?? ""))],
                    pair.Value.WakeOn ?? ""),
                pair.Value.Paused,
                pair.Value.Memory)));
    }

    private static ImmutableDictionary<string, Asleep> Asleep(Pages pages) => pages.Sleepers.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.Asleep);

    private sealed record Pages(ImmutableDictionary<string, string> Settings, ImmutableDictionary<string, Sleeper> Sleepers);

    /// <summary>The layout of <c>sleep.json</c>. Properties are set, not initialized: the source generator would lose their defaults.</summary>
    internal sealed class SleepFile
    {
        /// <summary>Raised when an older program would misread the file; fields that may be ignored do not raise it.</summary>
        public const int CurrentVersion = 1;

        public int Version { get; set; } = CurrentVersion;

        /// <summary>Server → <c>15m</c> or <c>never</c>.</summary>
        public Dictionary<string, string>? Settings { get; set; }

        /// <summary>By container id.</summary>
        public Dictionary<string, Item>? Sleepers { get; set; }

        internal sealed record Item(string? Name, DateTimeOffset Since, IReadOnlyList<Place>? Places, string? WakeOn, bool Paused, long Memory);

        internal sealed record Place(string? Network, string? NetworkId, IReadOnlyList<string>? Addresses, string? Mac);
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
    [JsonSerializable(typeof(SleepFile))]
    private sealed partial class SleepJson : JsonSerializerContext;
}

/// <summary>One that sleeps.</summary>
/// <param name="Name">The server's, when it fell asleep.</param>
/// <param name="Asleep">As names have it.</param>
/// <param name="IsPaused">Paused, not stopped.</param>
/// <param name="MemoryBytes">What it used before; 0 when not known.</param>
public sealed record Sleeper(string Name, Asleep Asleep, bool IsPaused, long MemoryBytes);
