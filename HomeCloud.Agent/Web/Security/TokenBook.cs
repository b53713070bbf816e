using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Web.Security;

/// <summary>Tokens for scripts. Only their hashes are kept: a token is shown once, when it is made.</summary>
public sealed partial class TokenBook
{
    private const string Prefix = "hc_";
    private readonly string _path;
    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _ends = new();
    private ImmutableArray<Stored> _tokens;

    /// <param name="path">Where the hashes are kept.</param>
    /// <param name="file">A file with one more token; empty for none.</param>
    /// <param name="time">The clock.</param>
    public TokenBook(string path, string file, TimeProvider time)
    {
        _path = path;
        _file = file;
        _time = time;
        _tokens = [.. Load(path)];
    }

    public IReadOnlyList<TokenView> All() => [.. _tokens.Select(t => new TokenView(t.Name, t.Created))];

    /// <summary>Makes a token.</summary>
    /// <returns>The secret itself; null when there is one of that name and it is not to be replaced.</returns>
    public string? Make(string name, bool replaces = false)
    {
        var token = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        lock (_lock)
        {
            if (!replaces && _tokens.Any(t => t.Name == name))
                return null;

            Save([.. _tokens.Where(t => t.Name != name), new Stored(name, Hash(token), _time.GetUtcNow())]);
        }

        End(name);
        return token;
    }

    public bool Revoke(string name)
    {
        lock (_lock)
        {
            var left = _tokens.RemoveAll(t => t.Name == name);
            if (left.Length == _tokens.Length)
                return false;

            Save(left);
        }

        End(name);
        return true;
    }

    /// <returns>Cancelled when the token that let <paramref name="caller"/> in is revoked; null for callers without one.</returns>
    public CancellationToken? EndOf(ClaimsPrincipal caller) => caller.Identity is { AuthenticationType: Callers.Token, Name: { } name }
        ? _ends.GetOrAdd(name, _ => new CancellationTokenSource()).Token
        : null;

    /// <returns>The token's name, or null when there is no such token.</returns>
    public string? Find(string token)
    {
        var hash = Hash(token);
        string? found = null;
        foreach (var stored in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, stored.Hash))
                found = stored.Name;
        }

        if (found is null && FromFile() is { Length: >= 16 } kept && CryptographicOperations.FixedTimeEquals(hash, Hash(kept)))
            found = "file";

        return found;
    }

    // Read each time: who takes the file away takes the right away with it, and a file that cannot be read lets nobody in.
    private string? FromFile()
    {
        try
        {
            return _file.Length > 0 ? File.ReadAllText(_file).Trim() : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Not disposed: requests that end because of this still look at it.
    private void End(string name)
    {
        if (_ends.TryRemove(Callers.TokenPrincipalName(name), out var end))
            end.Cancel();
    }

    private void Save(ImmutableArray<Stored> tokens)
    {
        DurableFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(new Layout { Tokens = [.. tokens] }, TokenJson.Default.Layout), secret: true);
        _tokens = tokens;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static Stored[] Load(string path) => DurableFile.ReadOrRefuse(path, Layout.CurrentVersion, TokenJson.Default.JsonNode) switch
    {
        null => [],
        // Before files had a version, the list stood alone.
        JsonArray list => list.Deserialize(TokenJson.Default.StoredArray) ?? [],
        var layout => layout.Deserialize(TokenJson.Default.Layout)?.Tokens ?? [],
    };

    private sealed record Stored(string Name, byte[] Hash, DateTimeOffset Created);

    private sealed record Layout
    {
        public const int CurrentVersion = 1;

        public int Version { get; set; } = CurrentVersion;

        public Stored[] Tokens { get; set; } = [];
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
    [JsonSerializable(typeof(JsonNode))]
    [JsonSerializable(typeof(Layout))]
    private sealed partial class TokenJson : JsonSerializerContext;
}

/// <summary>A token without its secret.</summary>
public sealed record TokenView(string Name, DateTimeOffset Created);
