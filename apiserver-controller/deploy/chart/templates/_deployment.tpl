{{- /* Puts the values of the chart into the Deployment "object". Prints nothing. */}}
{{- define "apiserversource.deployment" }}
{{- $values := .root.Values }}
{{- $version := .root.Chart.AppVersion }}
{{- $template := .object.spec.template }}
{{- $container := first $template.spec.containers }}
{{- $_ := set .object.spec "replicas" (int $values.replicas) }}
{{- $_ = set $container "image" (printf "%s:%s" $values.image.repository (default $version $values.image.tag)) }}
{{- with $values.image.pullPolicy }}{{ $_ = set $container "imagePullPolicy" . }}{{ end }}
{{- range $container.env }}
{{- if eq .name "APISERVER_RA_IMAGE" }}
{{- $_ = set . "value" (printf "%s:%s" $values.adapterImage.repository (default $version $values.adapterImage.tag)) }}
{{- end }}
{{- end }}
{{- with $values.watchNamespaces }}
{{- $_ = set $container "env" (concat $container.env (list (dict "name" "CLUSTER_ACCESS" "value" "false") (dict "name" "WATCH_NAMESPACES" "value" (join "," .)))) }}
{{- end }}
{{- range $name, $value := $values.env }}
{{- $_ = set $container "env" (append $container.env (dict "name" $name "value" (toString $value))) }}
{{- end }}
{{- with $values.resources }}{{ $_ = set $container "resources" . }}{{ end }}
{{- range $field := list "nodeSelector" "tolerations" "affinity" "priorityClassName" "imagePullSecrets" }}
{{- with get $values $field }}{{ $_ = set $template.spec $field . }}{{ end }}
{{- end }}
{{- with $values.podLabels }}{{ $_ = set $template.metadata "labels" (merge (deepCopy $template.metadata.labels) .) }}{{ end }}
{{- with $values.podAnnotations }}{{ $_ = set $template.metadata "annotations" . }}{{ end }}
{{- end }}
