package dev.apiserversource.samples.embedded;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The shapes of the messages that kubectl sends in binary form, as far as its {@code create} commands and
 * {@code auth can-i} need them. Numbers are those of Kubernetes' published {@code generated.proto} files.
 */
final class ProtobufSchema {

    /**
     * Message, then its fields: {@code name=number:type}. A type is {@code s}tring, {@code i}nteger, {@code b}oolean,
     * {@code m}ap of strings, {@code d}ata (a map of bytes), {@code p}ort (integer or string), {@code -} to be skipped
     * (a status: the server sets it), or the name of a message; a star marks a repeated field.
     */
    private static final String MESSAGES = """
            Unknown typeMeta=1:TypeMeta raw=2:-
            TypeMeta apiVersion=1:s kind=2:s
            ObjectMeta name=1:s generateName=2:s namespace=3:s selfLink=4:- uid=5:s resourceVersion=6:s generation=7:- \
            creationTimestamp=8:- labels=11:m annotations=12:m ownerReferences=13:*OwnerReference finalizers=14:*s
            OwnerReference kind=1:s name=3:s uid=4:s apiVersion=5:s controller=6:b blockOwnerDeletion=7:b
            LabelSelector matchLabels=1:m
            ConfigMap metadata=1:ObjectMeta data=2:m binaryData=3:d immutable=4:b
            Secret metadata=1:ObjectMeta data=2:d type=3:s stringData=4:m immutable=5:b
            Namespace metadata=1:ObjectMeta spec=2:- status=3:-
            ServiceAccount metadata=1:ObjectMeta automountServiceAccountToken=4:b
            Service metadata=1:ObjectMeta spec=2:ServiceSpec status=3:-
            ServiceSpec ports=1:*ServicePort selector=2:m clusterIP=3:s type=4:s loadBalancerIP=8:- sessionAffinity=7:s \
            externalName=10:s externalTrafficPolicy=11:s healthCheckNodePort=12:i publishNotReadyAddresses=13:b
            ServicePort name=1:s protocol=2:s port=3:i targetPort=4:p nodePort=5:i
            PodTemplateSpec metadata=1:ObjectMeta spec=2:PodSpec
            PodSpec containers=2:*Container restartPolicy=3:s dnsPolicy=6:s serviceAccountName=8:s serviceAccount=9:s \
            nodeName=10:s hostNetwork=11:b hostPID=12:b hostIPC=13:b hostname=16:s subdomain=17:s schedulerName=19:s \
            priorityClassName=24:s
            Container name=1:s image=2:s command=3:*s args=4:*s workingDir=5:s ports=6:*ContainerPort env=7:*EnvVar \
            resources=8:- terminationMessagePath=13:s imagePullPolicy=14:s stdin=16:b stdinOnce=17:b tty=18:b \
            terminationMessagePolicy=20:s
            ContainerPort name=1:s hostPort=2:i containerPort=3:i protocol=4:s hostIP=5:s
            EnvVar name=1:s value=2:s
            Deployment metadata=1:ObjectMeta spec=2:DeploymentSpec status=3:-
            DeploymentSpec replicas=1:i selector=2:LabelSelector template=3:PodTemplateSpec strategy=4:Strategy \
            minReadySeconds=5:i paused=7:b
            Strategy type=1:s
            Job metadata=1:ObjectMeta spec=2:JobSpec status=3:-
            JobSpec parallelism=1:i completions=2:i template=6:PodTemplateSpec
            Role metadata=1:ObjectMeta rules=2:*PolicyRule
            ClusterRole metadata=1:ObjectMeta rules=2:*PolicyRule
            PolicyRule verbs=1:*s apiGroups=2:*s resources=3:*s resourceNames=4:*s nonResourceURLs=5:*s
            RoleBinding metadata=1:ObjectMeta subjects=2:*Subject roleRef=3:RoleRef
            ClusterRoleBinding metadata=1:ObjectMeta subjects=2:*Subject roleRef=3:RoleRef
            Subject kind=1:s apiGroup=2:s name=3:s namespace=4:s
            RoleRef apiGroup=1:s kind=2:s name=3:s
            SelfSubjectAccessReview metadata=1:ObjectMeta spec=2:AccessReviewSpec status=3:-
            AccessReviewSpec resourceAttributes=1:ResourceAttributes
            ResourceAttributes namespace=1:s verb=2:s group=3:s version=4:s resource=5:s subresource=6:s name=7:s
            IntOrString type=1:i intVal=2:i strVal=3:s
            """;

    private static final Map<String, Map<Integer, Field>> BY_MESSAGE = MESSAGES.lines()
            .map(line -> line.split(" +"))
            .collect(Collectors.toUnmodifiableMap(words -> words[0], ProtobufSchema::fields));

    private ProtobufSchema() {}

    /** One field of a message. */
    record Field(String name, String type, boolean repeated) {}

    /** The fields of a message by number; empty when the message is not known. */
    static Optional<Map<Integer, Field>> fieldsOf(String message) {
        return Optional.ofNullable(BY_MESSAGE.get(message));
    }

    private static Map<Integer, Field> fields(String[] words) {
        Function<String, String[]> parts = word -> word.split("[=:]");
        return Stream.of(words)
                .skip(1)
                .map(parts)
                .collect(Collectors.toUnmodifiableMap(part -> Integer.valueOf(part[1]), ProtobufSchema::field));
    }

    private static Field field(String[] part) {
        boolean repeated = part[2].startsWith("*");
        return new Field(part[0], repeated ? part[2].substring(1) : part[2], repeated);
    }
}
