using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using HomeCloud.Agent.Doctor.Facts;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Doctor.Checks;

/// <summary>How long the certificates of the web page and of DNS over TLS still hold.</summary>
internal sealed class CertificateCheck(TimeProvider time) : IDoctorCheck
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    public string Id => "certificate";

    public Phrase Title => "certificate";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (patient.Options.TlsEndPoints.Count == 0)
            return [Finding.Note("no TLS address is set (--tls HOST:PORT)")];
        List<Finding> findings = [];
        foreach (var endPoint in patient.Options.TlsEndPoints)
            findings.Add(await ExamineAsync(endPoint, cancellationToken));
        return findings;
    }

    private async Task<Finding> ExamineAsync(string endPoint, CancellationToken cancellationToken)
    {
        var colon = endPoint.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(endPoint.AsSpan(colon + 1), out var port))
            return Finding.Note($"'{endPoint}' is not HOST:PORT");
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Wait);
            using var client = new TcpClient();
            await client.ConnectAsync(endPoint[..colon], port, deadline.Token);
            // Not to trust it, only to read it: whatever certificate comes is kept, and the handshake may fail on it afterwards.
            X509Certificate2? shown = null;
            await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, errors) =>
            {
                shown = certificate is null ? null : new X509Certificate2(certificate);
                return errors == SslPolicyErrors.None;
            });
            try
            {
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = endPoint[..colon] }, deadline.Token);
            }
            catch (AuthenticationException) when (shown is not null)
            {
                // Self-signed, or for another name: its dates are what is asked for here.
            }

            return shown is null
                ? Finding.Problem($"{endPoint} presents no certificate.", "Set a certificate and key in the options.")
                : Judge(endPoint, shown);
        }
        catch (Exception error) when (error is SocketException or IOException or AuthenticationException)
        {
            return Finding.Problem($"TLS at {endPoint} does not work: {error.Message}", "Check that the server runs, and that its certificate and key files are readable and belong together.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.Problem($"TLS at {endPoint} does not answer.", "Check that the server runs.");
        }
    }

    private Finding Judge(string endPoint, X509Certificate2 certificate)
    {
        using (certificate)
        {
            var left = certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime;
            const string Fix = "Put a new certificate and key in the files that the options set and reload:  sudo systemctl reload homecloud-agent   or   docker compose kill -s HUP agent   (and homecloud-dns, or dns, where it runs apart)";
            if (left < TimeSpan.Zero)
                return Finding.Problem($"the certificate of {endPoint} ({certificate.Subject}) expired on {certificate.NotAfter:yyyy-MM-dd}.", Fix);
            return left < Soon
                ? Finding.Warning($"the certificate of {endPoint} ({certificate.Subject}) expires in {left.TotalDays:0} days.", Fix)
                : Finding.Ok($"{endPoint} is valid until {certificate.NotAfter:yyyy-MM-dd}");
        }
    }
}
