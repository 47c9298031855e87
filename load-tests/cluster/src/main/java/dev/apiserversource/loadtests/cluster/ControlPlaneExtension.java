package dev.apiserversource.loadtests.cluster;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Starts, injects and closes the control planes of tests. */
public final class ControlPlaneExtension implements ExecutionCondition, ParameterResolver {

    /** System property with the folder for logs and data of control planes and adapters. */
    public static final String FOLDER = "fixture.dir";

    private static final Namespace NAMESPACE = Namespace.create(ControlPlaneExtension.class);

    /** The folder for logs and data of control planes and adapters. */
    public static Path folder() {
        return Path.of(System.getProperty(FOLDER, "target/real-apiserver"));
    }

    /** The control plane that all classes of a test run share which ask for the same options. */
    public static ControlPlane shared(ExtensionContext context, ApiServerOption... options) {
        return start(context.getRoot(), options);
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (binaries().isPresent()) {
            return ConditionEvaluationResult.enabled("programs found");
        }
        String reason = "no etcd and kube-apiserver in $" + KubeBinaries.VARIABLE + "/k8s/*";
        context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        KubeBinaries.class,
                        once -> {
                            System.out.println("Tests on a real API server are skipped: " + reason);
                            return reason;
                        },
                        String.class);
        return ConditionEvaluationResult.disabled(reason);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == ControlPlane.class || type == ControlPlanes.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext owner = classContext(context);
        return parameter.getParameter().getType() == ControlPlane.class
                ? start(owner)
                : (ControlPlanes) options -> start(owner, options);
    }

    /** The context of the class: closing its store closes the control plane. */
    private static ExtensionContext classContext(ExtensionContext context) {
        return context.getTestMethod().isPresent()
                ? classContext(context.getParent().orElseThrow())
                : context;
    }

    private static ControlPlane start(ExtensionContext owner, ApiServerOption... options) {
        return owner.getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        Set.of(options),
                        key -> ControlPlane.start(binaries().orElseThrow(), folder(), options),
                        ControlPlane.class);
    }

    private static Optional<KubeBinaries> binaries() {
        return KubeBinaries.find(System.getenv());
    }
}
