using System.Net;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Web.Texts;
using HomeCloud.Net.Localization;
using HomeCloud.Net.Options;
using static HomeCloud.Net.Options.OptionKinds<HomeCloud.Agent.Web.WebOptions>;

namespace HomeCloud.Agent.Web;

/// <summary>The page and the API: where they listen, and whom they let in.</summary>
public sealed class WebOptions
{
    /// <summary>sun_path of unix(7), with its null at the end.</summary>
    private const int LongestSocketPath = 107;

    private const int HttpPort = 80;
    internal const int HttpsPort = 443;

    public const string DefaultControlSocket = "/run/homecloud/agent.sock";

    private static readonly string[] Languages = PageLanguage.All;

    /// <summary>Where the page listens, <c>ADDR:PORT</c> (<c>--web</c>); empty for none. <c>0.0.0.0</c> is every address of the machine.</summary>
    public IList<IPEndPoint> Listen { get; } = [];

    /// <summary>The same over TLS (<c>--web-tls</c>).</summary>
    public IList<IPEndPoint> ListenTls { get; } = [];

    /// <summary>Whether those addresses answer DNS over HTTPS too (<c>--doh</c>).</summary>
    public bool Doh { get; set; } = true;

    /// <summary>Where nothing but DNS over HTTPS is answered (<c>--listen-https</c>).</summary>
    public IList<IPEndPoint> ListenHttps { get; } = [];

    /// <summary>Unix socket for the command line (<c>--control-socket</c>); root and <see cref="ControlGroup"/> may use it; empty for none.</summary>
    public string ControlSocket { get; set; } = DefaultControlSocket;

    /// <summary>The group that may use the socket besides root; a group that does not exist is passed over.</summary>
    public string ControlGroup { get; set; } = "homecloud";

    /// <summary>A file with one token that scripts may use, besides those made on the page (<c>--web-token-file</c>).</summary>
    public string TokenFile { get; set; } = "";

    /// <summary>Certificate in PEM (<c>--tls-certificate</c>), with the chain behind it; empty to make one ourselves when TLS is listened for.</summary>
    public string TlsCertificate { get; set; } = "";

    /// <summary>Its key in PEM (<c>--tls-key</c>).</summary>
    public string TlsKey { get; set; } = "";

    /// <summary>The page's own name inside the zones.</summary>
    public string Name { get; set; } = "cloud";

    /// <summary>Zones under which <see cref="Name"/> is known; other Host headers are refused.</summary>
    public IList<string> Zones { get; } = ["home", "home.arpa"];

    /// <summary>Further Host headers to accept (<c>--web-host</c>), for a reverse proxy.</summary>
    public IList<string> Hosts { get; } = [];

    /// <summary>Reverse proxies whose word is taken for the client's address and scheme (<c>--web-proxy</c>); nobody's otherwise.</summary>
    public IList<IPNetwork> Proxies { get; } = [];

    /// <summary>Prefixes that may connect besides private ones (<c>--web-allow</c>).</summary>
    public IList<IPNetwork> Allow { get; } = [];

    /// <summary>Whether the page may open shells inside servers (<c>--terminal</c>).</summary>
    public bool Terminal { get; set; } = true;

    /// <summary>Topic of ntfy that is told of problems (<c>--notify-ntfy</c>); empty for none.</summary>
    public string NotifyNtfy { get; set; } = "";

    /// <summary>Where JSON is posted about problems (<c>--notify-webhook</c>); empty for none.</summary>
    public string NotifyWebhook { get; set; } = "";

    /// <summary>Of what both are told (<c>--notify-language</c>): <c>en</c> or <c>ja</c>.</summary>
    public string NotifyLanguage { get; set; } = LanguageChoice.ByEnvironment(Environment.GetEnvironmentVariable, Languages, "HOMECLOUD_LANG");

    /// <summary>Whether DNS over HTTPS is answered anywhere: behind a proxy that speaks TLS for the page too.</summary>
    public bool AnswersDns => ListenHttps.Count > 0 || (Doh && ListenTls.Count + Proxies.Count > 0);

    public bool IsProxy(IPAddress address) => Proxies.Any(p => p.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    public static OptionRow<WebOptions>[] Rows =>
    [
        EndPoints("web", "Address of the web page over HTTP; the port defaults to 80; 'off' for none. Only the LAN may connect. Default: 0.0.0.0:80.", HttpPort, o => o.Listen, 'w'),
        EndPoints("web-tls", "Address of the web page over TLS, with --tls-certificate or a self-signed one; the port defaults to 443. Default: none.", HttpsPort, o => o.ListenTls),
        Switch("doh", "Answer DNS over HTTPS at /dns-query of the addresses of --web-tls. Default: on.", (o, v) => o.Doh = v),
        EndPoints("listen-https", "Address to answer DNS over HTTPS on, without the page; the port defaults to 443. Default: none.", HttpsPort, o => o.ListenHttps),
        List("web-host", "NAME", "Another name that browsers may use for the page, for example behind a reverse proxy (see --web-proxy).", o => o.Hosts),
        Many("web-proxy", "ADDR|PREFIX", "Reverse proxy whose X-Forwarded-For and X-Forwarded-Proto are trusted. Default: none.", OptionText.Prefix, o => o.Proxies),
        Many("web-allow", "PREFIX", "Prefix that may use the page in addition to private addresses.", OptionText.Prefix, o => o.Allow),
        Text("web-token-file", "FILE", "File with a token for scripts, at least 16 characters.", (o, v) => o.TokenFile = v),
        Switch("terminal", "Allow terminals of servers on the page. Default: on.", (o, v) => o.Terminal = v),
        Text("control-socket", "PATH", "Unix socket for the command line; 'off' for none. Default: /run/homecloud/agent.sock.", (o, v) => o.ControlSocket = v == "off" ? "" : v),
        Text("notify-ntfy", "URL", "ntfy topic that gets a message when a health check begins to fail, and when it works again (example: https://ntfy.sh/my-topic). Default: none.", (o, v) => o.NotifyNtfy = v),
        Text("notify-webhook", "URL", "The same as JSON: title, text and lines. Default: none.", (o, v) => o.NotifyWebhook = v),
        Text("notify-language", "LANGUAGE", "Language of these messages: en or ja. Default: that of the agent's locale (HOMECLOUD_LANG, LC_ALL, LANG), else en.", (o, v) => o.NotifyLanguage = v),
        Text("control-group", "GROUP", "Group whose members may use the control socket; root always may. Default: homecloud.", (o, v) => o.ControlGroup = v),
    ];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (ControlSocket.Length > 0 && !Path.IsPathFullyQualified(ControlSocket))
            yield return $"--control-socket {ControlSocket}: set an absolute path (example: {DefaultControlSocket}).";

        if (ControlSocket.Length > LongestSocketPath)
            yield return $"--control-socket {ControlSocket}: a socket's path has at most {LongestSocketPath} characters; choose a shorter one.";

        foreach (var endpoint in ListenHttps.Where(e => e.Port > 0 && ListenTls.Contains(e)))
            yield return $"--listen-https {endpoint}: the page is there already by --web-tls, and answers DNS over HTTPS too; set one of the two.";

        if ((TlsCertificate.Length == 0) != (TlsKey.Length == 0))
            yield return "--tls-certificate and --tls-key: set both, or neither for a self-signed certificate.";

        foreach (var path in new[] { TlsCertificate, TlsKey, TokenFile }.Where(p => p.Length > 0 && !File.Exists(p)))
            yield return $"{path}: the file does not exist or cannot be read; check the path and its permissions.";

        foreach (var (option, url) in new[] { ("notify-ntfy", NotifyNtfy), ("notify-webhook", NotifyWebhook) })
        {
            if (url.Length > 0 && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
                yield return $"--{option} {url}: set a web address (example: https://ntfy.sh/my-topic).";
        }

        if (!Languages.Contains(NotifyLanguage))
            yield return $"--notify-language {NotifyLanguage}: set one of {string.Join(", ", Languages)}.";

        if (ServerName.Check(Name) is not (NameVerdict.Valid or NameVerdict.Reserved))
            yield return $"The page's name {Name} is not a valid host name; use letters, digits and hyphens.";
    }
}
