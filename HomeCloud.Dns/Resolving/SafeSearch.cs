using System.Text;
using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Resolving;

/// <summary>
/// Which names of Google, YouTube, Bing and DuckDuckGo lead to their safe ones, as these companies document it for DNS. Their
/// addresses are asked for as soon as a group has safe search, and every ten minutes while they are used: no answer waits for that.
/// One that has no address yet is asked for again after 5 s, then less often, up to every five minutes.
/// </summary>
internal sealed class SafeSearch : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);

    private readonly SafeEngine _google = new("forcesafesearch.google.com");
    private readonly Dictionary<string, SafeEngine> _byName = new(StringComparer.Ordinal);
    private readonly SafeEngine[] _engines;
    private readonly BlockedNames _names;
    private readonly Forwarder _forwarder;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private TimeSpan _retry = FirstRetry;
    private long _nextLook = long.MinValue;
    private volatile Task _looking = Task.CompletedTask;

    public SafeSearch(BlockedNames names, Forwarder forwarder, TimeProvider time)
    {
        (_names, _forwarder, _time) = (names, forwarder, time);
        var (youtube, bing, duck) = (new SafeEngine("restrict.youtube.com"), new SafeEngine("strict.bing.com"), new SafeEngine("safe.duckduckgo.com"));
        _engines = [_google, youtube, bing, duck];
        Add(youtube, "www.youtube.com", "m.youtube.com", "youtubei.googleapis.com", "youtube.googleapis.com", "www.youtube-nocookie.com");
        Add(bing, "bing.com", "www.bing.com");
        Add(duck, "duckduckgo.com", "www.duckduckgo.com", "start.duckduckgo.com");
        names.SafeSearchWanted += LookIfOld;
    }

    /// <summary>Counts what was led elsewhere.</summary>
    public BlockCounter Hits => _names.SafeSearchHits;

    /// <summary>The last look at the engines' addresses.</summary>
    internal Task Looking => _looking;

    public void Dispose()
    {
        _names.SafeSearchWanted -= LookIfOld;
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <param name="foldedName">What is asked.</param>
    /// <returns>Null for all that is no search engine.</returns>
    public SafeEngine? Find(ReadOnlySpan<byte> foldedName)
    {
        var engine = IsGoogle(foldedName) ? _google : Named(foldedName);
        if (engine is not null)
            LookIfOld();
        return engine;
    }

    /// <summary>Where a name leads with safe search, as text; null for all that is no search engine.</summary>
    public string? SafeName(ReadOnlySpan<byte> foldedName) => Find(foldedName) is { } engine ? DnsName.ToText(engine.Name) : null;

    // google.TLD and www.google.TLD, where TLD is com, a country, or com or co of a country: Google has some 190 of them.
    private static bool IsGoogle(ReadOnlySpan<byte> name)
    {
        if (name.StartsWith("\u0003www"u8))
            name = name[4..];
        if (!name.StartsWith("\u0006google"u8))
            return false;
        name = name[7..];
        if (name.SequenceEqual("\u0003com\0"u8) || name.SequenceEqual("\u0003cat\0"u8))
            return true;
        if (name.StartsWith("\u0003com"u8))
            name = name[4..];
        else if (name.StartsWith("\u0002co\u0002"u8))
            name = name[3..];
        return name.Length == 4 && name[0] == 2;
    }

    private void Add(SafeEngine engine, params string[] names)
    {
        foreach (var name in names)
            _byName.Add(Encoding.Latin1.GetString(DnsName.Parse(name)), engine);
    }

    private SafeEngine? Named(ReadOnlySpan<byte> name)
    {
        Span<char> letters = stackalloc char[name.Length];
        Encoding.Latin1.GetChars(name, letters);
        return _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(letters, out var engine) ? engine : null;
    }

    private void LookIfOld()
    {
        var (now, next) = (_time.GetTimestamp(), Interlocked.Read(ref _nextLook));
        if (now < next || Interlocked.CompareExchange(ref _nextLook, now + Ticks(Fresh), next) != next)
            return;
        _looking = Task.Run(LookAsync);
    }

    private async Task LookAsync()
    {
        try
        {
            foreach (var engine in _engines)
            {
                var found = await Task.WhenAll(
                    UpstreamWeb.AskAsync(_forwarder, engine.Name, RecordType.A, _stop.Token),
                    UpstreamWeb.AskAsync(_forwarder, engine.Name, RecordType.Aaaa, _stop.Token));
                engine.Take(found[0], found[1]);
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }

        if (_engines.All(engine => engine.IsKnown))
        {
            _retry = FirstRetry;
            return;
        }

        Interlocked.Exchange(ref _nextLook, _time.GetTimestamp() + Ticks(_retry));
        _retry = _retry * 2 < LongestRetry ? _retry * 2 : LongestRetry;
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _time.TimestampFrequency);
}
