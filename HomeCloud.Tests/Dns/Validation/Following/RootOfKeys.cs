using System.Globalization;
using HomeCloud.Dns.Validation;
using HomeCloud.Dns.Validation.Following;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Registry;

namespace HomeCloud.Tests.Dns.Validation.Following;

/// <summary>
/// A root whose keys are told as text, and a server that follows them. A day is <c>DAY KEYS by SIGNERS: STATES</c>; a key is a letter,
/// with <c>*</c> when it is revoked; <c>failed</c> says that nobody believes it. The signature is of that day and good for 21 days.
/// </summary>
internal sealed class RootOfKeys : IKeySource, IDisposable
{
    private const int QuestionEnd = MessageHeader.Size + 1 + 4;
    private const uint Validity = 21 * 86_400;

    private static readonly DateTimeOffset Start = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<char, SigningKey> _keys = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("root-keys-");
    private readonly SetTime _time = new();
    private byte[] _message = [];

    public RootOfKeys()
    {
        // The root's anchor is the key A, whatever else follows.
        BuiltIn = TrustAnchors.Root.WithRoot([], [Key('A').Key]);
        Restart();
    }

    public TrustAnchors BuiltIn { get; }

    public CollectedLog<RootFollower> Log { get; } = new();

    public RootFollower Follower { get; private set; } = null!;

    public string Path => System.IO.Path.Combine(_directory.FullName, "dns-root-keys");

    /// <summary>Days by which the clock is ahead.</summary>
    public double Wrong { get; set; }

    public SigningKey Key(char letter) => _keys.TryGetValue(letter, out var key) ? key : _keys[letter] = new SigningKey();

    public void Restart() => Follower = new RootFollower(BuiltIn, _directory.FullName, _time, Log);

    /// <returns>What became of it, in the words of the line.</returns>
    public async Task<string> LookAsync(double day, string keys, string signers)
    {
        _time.Now = Start.AddDays(day + Wrong);
        var signedAt = (uint)Start.AddDays(day).ToUnixTimeSeconds();
        byte[][] data = [.. keys.Split(' ').Select(word => word.EndsWith('*') ? Key(word[0]).Revoked : Key(word[0]).Data)];
        var buffer = new byte[8_192];
        buffer[14] = (byte)RecordType.Dnskey;
        buffer[16] = 1;
        var writer = new MessageWriter(buffer, QuestionEnd);
        foreach (var key in data)
            writer.TryWriteRecord(Section.Answer, [0], RecordType.Dnskey, RecordClass.Internet, 172_800, key).Should().BeTrue();
        foreach (var word in signers.Split(' '))
            writer.TryWriteRecord(Section.Answer, [0], RecordType.Rrsig, RecordClass.Internet, 172_800, Key(word[0]).Sign([0], RecordType.Dnskey, data, null, signedAt, signedAt + Validity, word.EndsWith('*'))).Should().BeTrue();
        _message = buffer[..writer.Finish(HeaderFlags.Response)];
        var walker = new ChainWalker(Follower, this, new TrustCache(() => 0), () => (uint)_time.Now.ToUnixTimeSeconds());
        var trust = await walker.FindAsync([0], new ValidationWork(), CancellationToken.None);
        return trust.Kind == TrustKind.Secure ? States() : "failed";
    }

    public string States() => string.Join(' ', Follower.Keys.All.Select(known => $"{_keys.Single(pair => pair.Value.Data.AsSpan().SequenceEqual(known.Key.Data)).Key}={known.State.ToString().ToLowerInvariant()}").Order(StringComparer.Ordinal));

    public async Task TellAsync(string story)
    {
        foreach (var line in story.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = line.Split([" by ", ": "], StringSplitOptions.TrimEntries);
            var words = parts[0].Split(' ', 2, StringSplitOptions.TrimEntries);
            (await LookAsync(double.Parse(words[0], CultureInfo.InvariantCulture), words[1], parts[1])).Should().Be(parts[2], line);

            // What is known survives: each day may be another start.
            var states = States();
            Restart();
            States().Should().Be(states, "a restart forgets nothing");
        }
    }

    public ValueTask<KeyReply> FetchAsync(byte[] foldedName, RecordType type, object? unlike, CancellationToken cancellation) =>
        ValueTask.FromResult(new KeyReply((byte[])_message.Clone(), QuestionEnd, ResponseCode.NoError, []));

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
        _directory.Delete(recursive: true);
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
