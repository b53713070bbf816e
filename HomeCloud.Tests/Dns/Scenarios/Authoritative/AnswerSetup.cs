using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using HomeCloud.Dns.Serving;
using HomeCloud.Net.Machine;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Dns.Scenarios.Authoritative;

/// <summary>What the lines before a scenario's first question lay down.</summary>
/// <param name="scenario">Whose lines.</param>
/// <param name="now">The scenario's time, to which ages refer.</param>
internal sealed class AnswerSetup(AnswerScenario scenario, DateTimeOffset now)
{
    public string[] Zones { get; } = [.. scenario.Setup.Where(words => words[0] == "zones").SelectMany(words => words[1..])];

    public NameRecord[] Records { get; } = [.. scenario.Setup.Where(words => words[0] == "name").Select(words => ParseRecord(words, now))];

    /// <summary>Lines that also stand between questions.</summary>
    public IEnumerable<string[]> Changes { get; } = scenario.Setup.Where(words => words[0] is not ("zones" or "set" or "name"));

    /// <summary><c>machine 192.168.1.5/24 2001:db8::5/64</c>: what this machine's addresses are from now on.</summary>
    public static MachineReading Machine(string[] words) => new(
        [new MachineInterface("eth0", 2, true, false, 1, [.. words[1..].Select(IPNetworkOf)])],
        IsComplete: true);

    private static (IPAddress Address, int PrefixLength) IPNetworkOf(string text) =>
        (IPAddress.Parse(text.Split('/')[0]), int.Parse(text.Split('/')[1], CultureInfo.InvariantCulture));

    /// <summary>A file of the folder zone-files beside this one.</summary>
    public static string ZoneFile(string name) => Path.Combine(Path.GetDirectoryName(Here())!, "zone-files", name);

    public void Configure(ServingOptions options)
    {
        foreach (var words in scenario.Setup.Where(words => words[0] == "set"))
            Configure(options, words[1].Split('=', 2));
    }

    private static void Configure(ServingOptions options, string[] setting)
    {
        switch (setting[0])
        {
            case "server-id":
                options.Edns.ServerId = setting[1];
                break;
            case "no-chaos":
                options.Chaos = false;
                break;
            case "cookies":
                options.Edns.Cookies = true;
                break;
            case "let-clients-go":
                options.KeepClients = false;
                break;
            case "allow-from":
                options.Access.AllowFrom.Add(setting[1]);
                break;
            case "allow-transfer":
                options.Access.TransferTo.Add(setting[1]);
                break;
            case "local":
                options.LocalNames.Add(setting[1]);
                break;
            case "zone-file":
                options.ZoneFiles.Paths.Add(ZoneFile(setting[1]));
                break;
            case "rate":
                options.RateLimit.PerSecond = 1;
                options.RateLimit.Burst = int.Parse(setting[1], CultureInfo.InvariantCulture);
                break;
            default:
                throw new FormatException($"set {setting[0]}?");
        }
    }

    private static NameRecord ParseRecord(string[] words, DateTimeOffset now)
    {
        var record = new NameRecord { Name = words[1], Owner = "box1", Since = now.AddHours(-1) };
        foreach (var pair in words[2..].Select(word => word.Split('=', 2)))
        {
            var value = pair[1].Trim('"');
            record = pair[0] switch
            {
                "a" or "aaaa" => record with { Addresses = record.Addresses.Add(IPAddress.Parse(value)) },
                "ttl" => record with { Ttl = int.Parse(value, CultureInfo.InvariantCulture) },
                "owner" => record with { Owner = value },
                "alias" => record with { AliasOf = value },
                "state" => record with { State = Enum.Parse<RecordState>(value, ignoreCase: true) },
                "since" => record with { Since = now.AddSeconds(int.Parse(value, CultureInfo.InvariantCulture)) },
                "why" => record with { Explanation = value },
                "reverse" => record with { Reverse = value == "yes" },
                "service" => record with { Services = record.Services.Add(ParseService(value.Split('/'))) },
                _ => record with { Attributes = record.Attributes.SetItem(pair[0], value) },
            };
        }

        return record;
    }

    private static string Here([CallerFilePath] string here = "") => here;

    private static ServiceEndpoint ParseService(string[] parts) =>
        new(parts[0], parts[1], ushort.Parse(parts[2], CultureInfo.InvariantCulture));
}
