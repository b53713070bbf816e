using System.Globalization;
using HomeCloud.Dns.Blocking;
using HomeCloud.Dns.Caching;
using HomeCloud.Dns.Forwarding;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Validation;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Resolving;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Scenarios;

/// <summary>Runs one file of <c>Scenarios/Forwarding</c>: scripted upstreams, what forwards to them, questions, expectations.</summary>
/// <param name="start">Starts the latter, once all options are known.</param>
internal sealed class ForwardingScenario(Func<ForwardingOptions, CacheOptions, BlockingOptions, ValidationOptions, Task<IForwardingTarget>> start) : IAsyncDisposable
{
    private readonly List<ScriptedServer> _servers = [];
    private readonly List<(ScriptedServer Server, List<ScriptedRule> Rules)> _rules = [];
    private readonly ForwardingOptions _forwarding = new();
    private readonly CacheOptions _caching = new();
    private readonly BlockingOptions _blocking = new();

    // Scripts sign nothing, and questions are counted.
    private readonly ValidationOptions _validation = new() { Dnssec = DnssecMode.Off };
    private readonly DirectoryInfo _lists = Directory.CreateTempSubdirectory("lists-");
    private IForwardingTarget? _target;
    private DnsMessage? _answer;

    public async Task RunAsync(IEnumerable<ScenarioLine> lines)
    {
        foreach (var line in lines)
        {
            switch (line.Verb)
            {
                case "title":
                    break;
                case "option":
                    SetOption(line.Words[1], line.Words[2]);
                    break;
                case "upstream":
                    AddUpstream(line);
                    break;
                case "ask":
                    await AskAsync(line);
                    break;
                case "advance":
                    _target!.Advance((long)(double.Parse(line.Words[1], CultureInfo.InvariantCulture) * 1_000));
                    break;
                case "kill":
                    Server(line.Words[1]).IsDead = true;
                    break;
                case "revive":
                    Server(line.Words[1]).IsDead = false;
                    break;
                case "change":
                    ChangeUpstream(line);
                    break;
                case "list":
                    await ListAsync(line);
                    break;
                case "seen":
                    await SeenAsync(line);
                    break;
                default:
                    throw new FormatException($"Unknown verb in {line}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_target is not null)
            await _target.DisposeAsync();
        foreach (var server in _servers)
            await server.DisposeAsync();
        _lists.Delete(recursive: true);
    }

    // option cache.MaxTtl 60; "$1" in a text stands for the first upstream's address.
    private void SetOption(string name, string value)
    {
        var target = name.Split('.')[0] switch { "cache" => _caching, "block" => _blocking, "dnssec" => _validation, _ => (object)_forwarding };
        var property = target.GetType().GetProperty(name.Split('.')[1]) ?? throw new FormatException($"No option {name}");
        if (property.PropertyType == typeof(IList<string>))
            ((IList<string>)property.GetValue(target)!).Add(Expand(value));
        else if (property.PropertyType.IsEnum)
            property.SetValue(target, Enum.Parse(property.PropertyType, value));
        else
            property.SetValue(target, Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
    }

    private string Expand(string value)
    {
        for (var i = 0; i < _servers.Count; i++)
            value = value.Replace($"${i + 1}", _servers[i].EndPoint.ToString(), StringComparison.Ordinal);
        return value;
    }

    // list ads, then the list's lines: a block list, or what an existing one says from now on.
    private async Task ListAsync(ScenarioLine line)
    {
        var path = Path.Combine(_lists.FullName, line.Words[1]);
        await File.WriteAllLinesAsync(path, line.Children.Select(child => string.Join(' ', child.Words)));
        if (_target is null)
            _blocking.Lists.Add($"{line.Words[1]}={path}");
        else
            await _target.UpdateListsAsync();
    }

    private void AddUpstream(ScenarioLine line)
    {
        var server = new ScriptedServer();
        _servers.Add(server);
        var rules = ReadRules(line);
        _rules.Add((server, rules));
        server.Use(rules);

        // "upstream 2 rule" is reached only through an option that names it.
        if (!line.Words.Contains("rule"))
            _forwarding.Upstreams.Add(server.EndPoint.ToString());
    }

    private void ChangeUpstream(ScenarioLine line) => Server(line.Words[1]).Use(ReadRules(line));

    private ScriptedServer Server(string number) => _servers[int.Parse(number, CultureInfo.InvariantCulture) - 1];

    private static List<ScriptedRule> ReadRules(ScenarioLine line)
    {
        var rules = new List<ScriptedRule>();
        foreach (var child in line.Children)
        {
            var reply = rules.Count > 0 ? rules[^1].Reply : null;
            switch (child.Verb)
            {
                case "when":
                    rules.Add(new ScriptedRule(child.Words[1], child.Words[2] == "*" ? null : RecordText.Type(child.Words[2]), new ScriptedReply()));
                    break;
                case "code":
                    reply!.Code = Code(child.Words[1]);
                    break;
                case "flags":
                    reply!.Flags = Flags(child.Words[1..]);
                    break;
                case "answer":
                    reply!.Answers.Add(child.Rest);
                    break;
                case "authority":
                    reply!.Authorities.Add(child.Rest);
                    break;
                case "additional":
                    reply!.Additionals.Add(child.Rest);
                    break;
                case "ede":
                    reply!.Errors.Add(((EdeCode)int.Parse(child.Words[1], CultureInfo.InvariantCulture), string.Join(' ', child.Words[2..])));
                    break;
                case "delay":
                    reply!.Delay = TimeSpan.FromMilliseconds(int.Parse(child.Words[1], CultureInfo.InvariantCulture));
                    break;
                case "filler":
                    reply!.Filler = int.Parse(child.Words[1], CultureInfo.InvariantCulture);
                    break;
                case "does":
                    foreach (var behaviour in child.Words[1..])
                        reply!.Behaviours.Add(behaviour);
                    break;
                default:
                    throw new FormatException($"Unknown word in {child}");
            }
        }

        return rules;
    }

    private async Task AskAsync(ScenarioLine line)
    {
        _target ??= await start(_forwarding, _caching, _blocking, _validation);
        var words = line.Words[3..];
        var flags = Flags(words) | (words.Contains("norec") ? HeaderFlags.None : HeaderFlags.RecursionDesired);
        var edns = words.Contains("noedns") ? 0 : words.FirstOrDefault(word => word.StartsWith("size=", StringComparison.Ordinal)) is { } size ? int.Parse(size[5..], CultureInfo.InvariantCulture) : 1232;
        var transport = words.Contains("tcp") ? QueryTransport.Tcp : QueryTransport.Udp;
        var query = DnsMessage.Query(line.Words[1], RecordText.Type(line.Words[2]), (ushort)Random.Shared.Next(65_535), edns, words.Contains("DO"), flags);
        _answer = await _target.AskAsync(query, transport);
        AnswerRules.Hold(query, _answer.Octets);
        var asked = line.Words[1];
        _answer.Name.Should().Be(asked, "the question comes back as asked");
        foreach (var child in line.Children)
            Expect(child);
    }

    private void Expect(ScenarioLine line)
    {
        var because = $"{line} says so, and the answer is {_answer}";
        switch (line.Verb)
        {
            case "code":
                _answer!.Code.Should().Be(Code(line.Words[1]), because);
                break;
            case "flags":
                var shown = _answer!.Flags & (HeaderFlags.Authoritative | HeaderFlags.Truncated | HeaderFlags.RecursionDesired | HeaderFlags.RecursionAvailable | HeaderFlags.AuthenticData | HeaderFlags.CheckingDisabled | HeaderFlags.Reserved);
                shown.Should().Be(Flags(line.Words[1..]), because);
                break;
            case "answer":
                Section(_answer!.Answers, line, because);
                break;
            case "authority":
                Section(_answer!.Authorities, line, because);
                break;
            case "additional":
                Section(_answer!.Additionals, line, because);
                break;
            case "answers":
                _answer!.Answers.Should().HaveCount(int.Parse(line.Words[1], CultureInfo.InvariantCulture), because);
                break;
            case "rdata":
                _answer!.AnswerData.Should().Contain(line.Words[1], because);
                break;
            case "ede":
                var code = (EdeCode)int.Parse(line.Words[1], CultureInfo.InvariantCulture);
                var text = string.Join(' ', line.Words[2..]);
                _answer!.Errors.Should().Contain(error => error.Code == code && error.Text.Contains(text, StringComparison.Ordinal), because);
                break;
            case "noede":
                _answer!.Errors.Should().BeEmpty(because);
                break;
            case "edns":
                _answer!.HasEdns.Should().Be(line.Words[1] == "yes", because);
                break;
            default:
                throw new FormatException($"Unknown expectation in {line}");
        }
    }

    private static void Section(List<string> records, ScenarioLine line, string because)
    {
        if (line.Rest == "none")
            records.Should().BeEmpty(because);
        else
            records.Should().Contain(line.Rest, because);
    }

    // seen 1 www.example. A 2 [tcp]: how many such questions reached upstream 1.
    private async Task SeenAsync(ScenarioLine line)
    {
        var server = Server(line.Words[1]);
        int Count() => server.Seen.Count(seen =>
            string.Equals(seen.Message.Name, line.Words[2], StringComparison.OrdinalIgnoreCase)
            && seen.Type == RecordText.Type(line.Words[3])
            && (line.Words.Length < 6 || seen.Transport == line.Words[5]));
        var expected = int.Parse(line.Words[4].TrimEnd('+'), CultureInfo.InvariantCulture);
        await ForwardingHarness.Eventually(() => Count() >= expected);
        if (!line.Words[4].EndsWith('+'))
            Count().Should().Be(expected, line.ToString());
    }

    private static ResponseCode Code(string text) => text switch
    {
        "NOERROR" => ResponseCode.NoError,
        "FORMERR" => ResponseCode.FormatError,
        "SERVFAIL" => ResponseCode.ServerFailure,
        "NXDOMAIN" => ResponseCode.NameError,
        "NOTIMP" => ResponseCode.NotImplemented,
        "REFUSED" => ResponseCode.Refused,
        _ => (ResponseCode)int.Parse(text, CultureInfo.InvariantCulture),
    };

    private static HeaderFlags Flags(string[] words)
    {
        var flags = HeaderFlags.None;
        foreach (var word in words)
        {
            flags |= word switch
            {
                "AA" => HeaderFlags.Authoritative,
                "TC" => HeaderFlags.Truncated,
                "RD" => HeaderFlags.RecursionDesired,
                "RA" => HeaderFlags.RecursionAvailable,
                "AD" => HeaderFlags.AuthenticData,
                "CD" => HeaderFlags.CheckingDisabled,
                "Z" => HeaderFlags.Reserved,
                _ => HeaderFlags.None,
            };
        }

        return flags;
    }
}
