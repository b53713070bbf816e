using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Hosting.Control;

if (HealthProbe.IsAskedFor(args))
    return HealthProbe.Run(args);
if (CacheCommand.IsAskedFor(args))
    return await CacheCommand.RunAsync(args, "homecloud-dns");
if (BlockCommand.IsAskedFor(args))
    return await BlockCommand.RunAsync(args, "homecloud-dns");
if (RecordsCommand.IsAskedFor(args))
    return await RecordsCommand.RunAsync(args, "homecloud-dns");
if (ReloadCommand.IsAskedFor(args))
    return await ReloadCommand.RunAsync(args, "homecloud-dns");
return await DnsCommand.RunAsync(args);
