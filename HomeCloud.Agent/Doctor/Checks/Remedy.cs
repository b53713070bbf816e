using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>
/// What to do where that depends on how HomeCloud was installed. Both ways are named, as everywhere in the doctor's advice: while the
/// engine is away, nothing tells them apart.
/// </summary>
internal static class Remedy
{
    private const string UsualNetwork = "lan";

    /// <summary>Makes the LAN network.</summary>
    public static Phrase CreateNetwork => "sudo homecloud network create   or, with compose,   docker compose -f compose.network.yaml run --rm network";

    /// <summary>Makes the LAN network anew. One that is there is never changed, and Docker removes none that containers use: with compose, HomeCloud itself.</summary>
    public static Phrase CreateNetworkAgain(string name)
    {
        var named = name == UsualNetwork ? "" : $" --name {name}";
        return Phrase.Join(
            "\n",
            $"Remove its containers, then:  docker network rm {name} && sudo homecloud network create{named}",
            Phrase.Join("", "With compose:  ", Finding.Verbatim($"docker compose down && docker network rm {name} && docker compose -f compose.network.yaml run --rm network{named} && docker compose up -d")));
    }

    /// <summary>Sets a list option of the DNS server, which reads it again at a reload.</summary>
    public static Phrase SetForDns(string option, params string[] values)
    {
        var variable = "HOMECLOUD_" + option.ToUpperInvariant().Replace('-', '_');
        return Phrase.Join(
            "\n",
            $"With compose, in .env:  {variable}={string.Join(',', values)}   then:  docker compose up -d",
            $"Otherwise in /etc/homecloud/agent.json, or in dns.json where homecloud-dns runs:  \"{option}\": [{string.Join(", ", values.Select(value => $"\"{value}\""))}]   then:  sudo systemctl try-reload-or-restart homecloud-agent homecloud-dns");
    }
}
