using HomeCloud.Dns.Updating.Signing;
using HomeCloud.Net.Presentation;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Updating;

/// <summary>Reads keys as <c>tsig-keygen</c> writes them, and rules as in BIND's <c>update-policy</c>.</summary>
/// <example>
/// <code>
/// key "certbot" { algorithm hmac-sha256; secret "…"; };
/// update-policy { grant certbot subdomain _acme-challenge.example.org. TXT; };
/// </code>
/// </example>
internal sealed class KeyFileReader
{
    /// <summary>Beyond this nobody writes keys.</summary>
    public const int MaxOctets = 1 << 20;

    private const int LeastSecret = 16;
    private const int MaxSecret = 512;

    private readonly List<KeyFileWord> _words = [];
    private readonly List<TsigKey> _keys = [];
    private readonly List<UpdateGrant> _grants = [];
    private int _at;

    private KeyFileReader()
    {
    }

    /// <param name="text">The file.</param>
    /// <param name="keys">What it says.</param>
    /// <returns>What is wrong, with its line; or null. No secret is ever part of it.</returns>
    public static string? TryRead(string text, out UpdateKeys? keys)
    {
        keys = null;
        var reader = new KeyFileReader();
        if ((KeyFileLexer.Read(text, reader._words) ?? reader.ReadStatements()) is { } problem)
            return problem;
        keys = new UpdateKeys(reader._keys, reader._grants);
        return null;
    }

    private string? ReadStatements()
    {
        while (_at < _words.Count)
        {
            var isKey = _words[_at].Is("key");
            if (!isKey && !_words[_at].Is("update-policy"))
                return Wrong($"'{KeyFileLexer.Shown(_words[_at].Text)}' is not known here: write key \"NAME\" {{ … }}; as tsig-keygen does, or update-policy {{ grant … }};");
            _at++;
            if ((isKey ? ReadKey() : ReadPolicy()) is { } problem)
                return problem;
            if (!TryTake("}") || !TryTake(";"))
                return Wrong("'};' must stand here");
        }

        if (_keys.Count == 0)
            return "it has no key: make one with tsig-keygen NAME";
        return _grants.Find(grant => _keys.TrueForAll(key => !key.Name.AsSpan().SequenceEqual(grant.Key))) is { } stranger
            ? $"update-policy names the key {DnsName.ToText(stranger.Key)}, which is not in the file"
            : null;
    }

    private string? ReadKey()
    {
        if (!TryTakeName(out var name))
            return Wrong("a name of the key must stand here");
        if (_keys.Exists(key => key.Name.AsSpan().SequenceEqual(name)))
            return $"line {_words[_at - 1].Line}: there is a second key {DnsName.ToText(name)}";
        if (!TryTake("{"))
            return Wrong("'{' must stand here");
        TsigAlgorithm? algorithm = null;
        byte[]? secret = null;
        while (_at + 2 < _words.Count && !_words[_at].Is("}"))
        {
            var (word, value) = (_words[_at], _words[_at + 1]);
            _at++;
            if (word.Is("algorithm"))
            {
                algorithm = TsigAlgorithm.Of(value.Text.TrimEnd('.'));
                if (algorithm is null)
                    return Wrong($"algorithm '{KeyFileLexer.Shown(value.Text)}' is not one of {TsigAlgorithm.Texts}");
            }
            else if (word.Is("secret"))
            {
                secret = Secret(value.Text);
                if (secret is null)
                    return Wrong($"the secret is not {LeastSecret} to {MaxSecret} octets in base64: take what tsig-keygen writes");
            }
            else
            {
                _at--;
                return Wrong($"'{KeyFileLexer.Shown(word.Text)}' is not known in a key: algorithm and secret are");
            }

            _at++;
            if (!TryTake(";"))
                return Wrong("';' must stand here");
        }

        if (algorithm is null || secret is null)
            return Wrong($"key {DnsName.ToText(name)} needs algorithm and secret");
        _keys.Add(new TsigKey(name, algorithm, secret));
        return null;
    }

    private string? ReadPolicy()
    {
        if (!TryTake("{"))
            return Wrong("'{' must stand here");
        while (_at < _words.Count && !_words[_at].Is("}"))
        {
            if (ReadGrant() is { } problem)
                return problem;
        }

        return null;
    }

    private string? ReadGrant()
    {
        var isGrant = TryTake("grant");
        if (!isGrant && !TryTake("deny"))
            return Wrong("a rule must stand here: grant KEY name|subdomain|wildcard NAME [TYPE …]; or grant KEY zonesub [TYPE …];");
        if (!TryTakeName(out var key))
            return Wrong("the name of a key must stand here");
        GrantMatch? match = TryTake("name") ? GrantMatch.Name : TryTake("subdomain") ? GrantMatch.Subdomain : TryTake("wildcard") ? GrantMatch.Wildcard : TryTake("zonesub") ? GrantMatch.ZoneSub : null;
        if (match is null)
            return Wrong("name, subdomain, wildcard or zonesub must stand here");
        byte[] name = [];
        if (match != GrantMatch.ZoneSub)
        {
            if (!TryTakeName(out name))
                return Wrong("a whole name must stand here");
            if (match == GrantMatch.Wildcard && (name.Length < 4 || name[0] != 1 || name[1] != '*'))
            {
                _at--;
                return Wrong("a wildcard begins with *.");
            }

            name = match == GrantMatch.Wildcard ? name[2..] : name;
        }

        var types = new List<RecordType>();
        for (; _at < _words.Count && !_words[_at].Is(";"); _at++)
        {
            if (_words[_at].Is("ANY"))
                continue;
            if (!RecordGrammar.TryParseType(_words[_at].Text, out var type))
                return Wrong($"'{KeyFileLexer.Shown(_words[_at].Text)}' is not a type");
            types.Add(type);
        }

        _grants.Add(new UpdateGrant(isGrant, key, match.Value, name, types));
        return TryTake(";") ? null : Wrong("';' must stand here");
    }

    private static byte[]? Secret(string text)
    {
        var octets = new byte[MaxSecret];
        return Convert.TryFromBase64String(text, octets, out var length) && length >= LeastSecret ? octets[..length] : null;
    }

    private bool TryTake(string word)
    {
        if (_at >= _words.Count || !_words[_at].Is(word))
            return false;
        _at++;
        return true;
    }

    private bool TryTakeName(out byte[] name)
    {
        name = [];
        if (_at >= _words.Count || (!_words[_at].IsQuoted && _words[_at].Text is "{" or "}" or ";") || DnsName.ParseFolded(_words[_at].Text) is not { } read)
            return false;
        _at++;
        name = read;
        return true;
    }

    private string Wrong(string problem) => _words.Count == 0 ? problem : $"line {_words[Math.Min(_at, _words.Count - 1)].Line}: {problem}";
}
