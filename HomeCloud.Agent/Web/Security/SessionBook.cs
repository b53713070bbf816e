using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Web.Security;

/// <summary>
/// Who is signed in. A cookie alone opens nothing: its session must be here, so that signing out, a new password and the time
/// limits end it wherever a copy of the cookie is, and every event stream that it opened.
/// </summary>
public sealed partial class SessionBook : IDisposable
{
    /// <summary>From the sign-in on, used or not.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Without a request and without an open page.</summary>
    public static readonly TimeSpan LongestUnused = TimeSpan.FromDays(7);

    private const int Most = 200;
    private static readonly TimeSpan SeenEvery = TimeSpan.FromHours(1);
    private readonly string _path;
    private readonly PasswordBook _passwords;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, Open> _open = new();

    public SessionBook(string path, PasswordBook passwords, TimeProvider time)
    {
        _path = path;
        _passwords = passwords;
        _time = time;
        foreach (var session in DurableFile.Read(path, Layout.CurrentVersion, SessionJson.Default.Layout, out _)?.Sessions ?? [])
        {
            if (IsGood(session))
                _open[session.Id] = new Open(session, End(session));
        }
    }

    public IReadOnlyList<Session> All() => [.. _open.Values.Select(o => o.Session).Where(IsGood).OrderByDescending(s => s.Created)];

    /// <param name="from">Address that it is opened from.</param>
    /// <param name="browser">What the browser calls itself.</param>
    /// <param name="stamp">Of the password that was checked; one that has been replaced opens nothing.</param>
    /// <returns>The secret for the cookie.</returns>
    public string Begin(string from, string browser, string stamp)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var now = _time.GetUtcNow();
        var session = new Session(Session.IdOf(secret), stamp, from, browser, now, now);
        _open[session.Id] = new Open(session, End(session));
        foreach (var old in _open.Values.OrderByDescending(o => o.Session.LastSeen).Skip(Most).ToList())
            Close(old.Session.Id);

        Save();
        return secret;
    }

    /// <summary>Of a session that may go on, after noting that it is in use.</summary>
    /// <returns>Cancelled when the session ends; null when there is no such session any more.</returns>
    public CancellationToken? Use(string id)
    {
        if (!_open.TryGetValue(id, out var open))
            return null;

        if (!IsGood(open.Session) && !(open.Streams > 0 && IsGood(open.Session with { LastSeen = _time.GetUtcNow() })))
        {
            Stop(id);
            return null;
        }

        if (_time.GetUtcNow() - open.Session.LastSeen > SeenEvery)
        {
            open.Session = open.Session with { LastSeen = _time.GetUtcNow() };
            Save();
        }

        return open.Ended.Token;
    }

    /// <summary>A page that stays open is use.</summary>
    public void Hold(string id, int by)
    {
        if (_open.TryGetValue(id, out var open))
        {
            Interlocked.Add(ref open.Streams, by);
            Use(id);
        }
    }

    public bool Stop(string id)
    {
        var found = Close(id);
        if (found)
            Save();

        return found;
    }

    /// <summary>After a new password.</summary>
    public void StopAllBut(string kept)
    {
        foreach (var id in _open.Keys.Where(id => id != kept))
            Close(id);

        Save();
    }

    public void Dispose()
    {
        foreach (var open in _open.Values)
            open.Ended.Dispose();
    }

    private bool IsGood(Session session)
    {
        var now = _time.GetUtcNow();
        return session.Stamp == _passwords.Stamp && now - session.Created < Longest && now - session.LastSeen < LongestUnused;
    }

    private CancellationTokenSource End(Session session)
    {
        var left = session.Created + Longest - _time.GetUtcNow();
        return new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time);
    }

    private bool Close(string id)
    {
        if (!_open.TryRemove(id, out var open))
            return false;

        // Not disposed: requests that end because of this still look at it.
        open.Ended.Cancel();
        return true;
    }

    private void Save()
    {
        lock (_lock)
            DurableFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(new Layout { Sessions = [.. _open.Values.Select(o => o.Session)] }, SessionJson.Default.Layout), secret: true);
    }

    /// <summary>Of the file.</summary>
    private sealed record Layout
    {
        public const int CurrentVersion = 1;

        public int Version { get; set; } = CurrentVersion;

        public Session[] Sessions { get; set; } = [];
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
    [JsonSerializable(typeof(Layout))]
    private sealed partial class SessionJson : JsonSerializerContext;

    private sealed class Open(Session session, CancellationTokenSource ended)
    {
        public int Streams;

        public Session Session { get; set; } = session;

        public CancellationTokenSource Ended { get; } = ended;
    }
}

/// <summary>One signed-in browser, as it is kept: the id that the cookie holds is known here by its hash only.</summary>
/// <param name="Id">Hash of the secret, in hexadecimal; tells sessions apart.</param>
/// <param name="Stamp">Of the password it was opened with.</param>
/// <param name="From">Address it was opened from.</param>
/// <param name="Browser">What the browser calls itself, shortened.</param>
/// <param name="Created">When it was opened.</param>
/// <param name="LastSeen">Last request, to the hour.</param>
public sealed record Session(string Id, string Stamp, string From, string Browser, DateTimeOffset Created, DateTimeOffset LastSeen)
{
    public static string IdOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
}
