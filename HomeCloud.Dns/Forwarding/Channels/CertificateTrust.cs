using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HomeCloud.Net.Files;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>
/// Which certificates an upstream may show: the system's authorities, and those of <see cref="ForwardingOptions.UpstreamCaFile"/>,
/// which is looked at at each connection that needs it. There is no way to turn the check off.
/// </summary>
internal sealed partial class CertificateTrust
{
    private readonly string? _path;
    private readonly FollowedFiles<X509Certificate2Collection>? _extra;
    private readonly ILogger _log;

    /// <exception cref="CryptographicException">The file holds no certificate.</exception>
    public CertificateTrust(string? caFile, ILogger log)
    {
        (_path, _log) = (caFile, log);
        if (caFile is null)
            return;
        _extra = new(Import, caFile);
        if (_extra.Look() == FollowedLook.Unusable)
            throw _extra.Problem!;
    }

    /// <returns>Why the file cannot be used; null when it can.</returns>
    public static string? Examine(string caFile)
    {
        var file = new FollowedFiles<X509Certificate2Collection>(Import, caFile);
        file.Look();
        return file.Problem?.Message;
    }

    public SslClientAuthenticationOptions For(string name, params SslApplicationProtocol[] protocols) => new()
    {
        TargetHost = name,
        ApplicationProtocols = [.. protocols],
        RemoteCertificateValidationCallback = Check,
    };

    private static X509Certificate2Collection Import(IReadOnlyList<byte[]> files)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Encoding.UTF8.GetString(files[0]));
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it holds no certificate");
    }

    /// <summary>For connections whose server name the caller sets.</summary>
    public bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || Extra() is not { Count: > 0 } extra || certificate is not X509Certificate2 leaf)
            return false;

        using var ours = new X509Chain();
        ours.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        ours.ChainPolicy.CustomTrustStore.AddRange(extra);
        ours.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null)
        {
            foreach (var element in chain.ChainElements)
                ours.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return ours.Build(leaf);
    }

    private X509Certificate2Collection? Extra()
    {
        switch (_extra?.Look())
        {
            case FollowedLook.Changed:
                LogRead(_log, _path!);
                break;
            case FollowedLook.Unusable:
                LogKept(_log, _path!, _extra.Problem!.Message);
                break;
        }

        return _extra?.Value;
    }

    [LoggerMessage(LogLevel.Information, "Upstream authorities {Path}: renewed; new connections use them.")]
    private static partial void LogRead(ILogger logger, string path);

    [LoggerMessage(LogLevel.Error, "Upstream authorities {Path}: cannot be used: {Reason}; the previous ones stay in use.")]
    private static partial void LogKept(ILogger logger, string path, string reason);
}
